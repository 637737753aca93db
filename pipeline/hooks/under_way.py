"""Where a deployment stands, as CodeDeploy tells it: what shifts to what, since when, and whether it is over.

Source: CodeDeploy API reference, ListDeploymentTargets, GetDeploymentTarget (LambdaTarget) and LifecycleEvent. A
deployment of Lambda's has one target. Times are CodeDeploy's, so that no clock of ours has to agree with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_codedeploy import CodeDeployClient

OVER = frozenset({"Succeeded", "Failed", "Skipped", "Stopped"})
"""States in which nothing moves any more."""


@dataclass(frozen=True)
class UnderWay:
    """A deployment from the `stable` version to the `canary`.

    `asked` is when CodeDeploy asked the first hook, and `began` when traffic began to shift (None: it has not), in
    seconds since the epoch.
    """

    stable: str
    canary: str
    asked: float
    began: float | None
    over: bool


def under_way(codedeploy: "CodeDeployClient", deployment: str) -> UnderWay:
    """Ask CodeDeploy about the deployment with this id."""
    (target,) = codedeploy.list_deployment_targets(deploymentId=deployment)["targetIds"]
    found = codedeploy.get_deployment_target(deploymentId=deployment, targetId=target)["deploymentTarget"]
    told: Mapping[str, Any] = found["lambdaTarget"]
    asked = _started(told["lifecycleEvents"], "BeforeAllowTraffic")
    if asked is None:
        raise ValueError(f"deployment {deployment}: CodeDeploy tells no time at which it asked the first hook")
    info = told["lambdaFunctionInfo"]
    return UnderWay(
        stable=str(info["currentVersion"]),
        canary=str(info["targetVersion"]),
        asked=asked,
        began=_started(told["lifecycleEvents"], "AllowTraffic"),
        over=told["status"] in OVER,
    )


def _started(events: Sequence[Mapping[str, Any]], name: str) -> float | None:
    """When a lifecycle event started; None if it did not yet."""
    for event in events:
        if event["lifecycleEventName"] == name and isinstance(event.get("startTime"), datetime):
            return float(event["startTime"].timestamp())
    return None
