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

OVER = frozenset({"Succeeded", "Failed", "Skipped"})
"""States of a target or of one of its lifecycle events in which it goes no further."""
LAST = "AfterAllowTraffic"


class NotTold(Exception):
    """CodeDeploy's answer leaves out what has to be known."""


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
    """Ask CodeDeploy about the deployment with this id; NotTold where it does not say what has to be known."""
    targets = codedeploy.list_deployment_targets(deploymentId=deployment).get("targetIds") or []
    if len(targets) != 1:
        raise NotTold(f"deployment {deployment} has {len(targets)} targets; one of Lambda's has one")
    found = codedeploy.get_deployment_target(deploymentId=deployment, targetId=targets[0]).get("deploymentTarget") or {}
    told: Mapping[str, Any] = found.get("lambdaTarget") or {}
    events, info = told.get("lifecycleEvents") or [], told.get("lambdaFunctionInfo") or {}
    asked = _started(events, "BeforeAllowTraffic")
    if asked is None or not info.get("currentVersion") or not info.get("targetVersion"):
        raise NotTold(f"deployment {deployment}: CodeDeploy does not tell since when it is under way, and to what")
    return UnderWay(
        stable=str(info["currentVersion"]),
        canary=str(info["targetVersion"]),
        asked=asked,
        began=_started(events, "AllowTraffic"),
        over=told.get("status") in OVER or _status(events, LAST) in OVER,
    )


def _status(events: Sequence[Mapping[str, Any]], name: str) -> str | None:
    return next((event.get("status") for event in events if event.get("lifecycleEventName") == name), None)


def _started(events: Sequence[Mapping[str, Any]], name: str) -> float | None:
    """When a lifecycle event started; None if it did not yet."""
    for event in events:
        if event.get("lifecycleEventName") == name and isinstance(event.get("startTime"), datetime):
            return float(event["startTime"].timestamp())
    return None
