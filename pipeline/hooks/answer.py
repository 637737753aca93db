"""The answer that CodeDeploy waits for: always given, whatever becomes of the hook.

CodeDeploy fails a deployment whose hook stays silent for an hour (CodeDeploy user guide, "AppSpec 'hooks' section for
an AWS Lambda deployment"), and an hour on two versions is long: so the status is put in a `finally`, and says Failed
unless the checks came to an end and found nothing.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from mypy_boto3_codedeploy import CodeDeployClient

LOG = logging.getLogger(__name__)


class HookEvent(TypedDict):
    """What CodeDeploy sends to a hook: which answer it waits for, but not which version it is about."""

    DeploymentId: str
    LifecycleEventHookExecutionId: str


class HookAnswer(TypedDict):
    """What a hook returns, for people: CodeDeploy reads only the status that was put, and has no place for reasons.

    `evidence` is what the rollout was judged by (`pipeline.judge.evidence`), or empty.
    """

    status: Literal["Failed", "Succeeded"]
    reasons: list[str]
    evidence: str


class Refused(Exception):
    """The new version must not go on: `reasons` say why, each for itself; `evidence` is what it was judged by."""

    def __init__(self, reasons: list[str], evidence: str = "") -> None:
        super().__init__("; ".join(reasons))
        self.reasons, self.evidence = reasons, evidence


def answer(codedeploy: "CodeDeployClient", event: HookEvent, check: Callable[[], str]) -> HookAnswer:
    """Run `check`, which returns its evidence, if there is any, and tell CodeDeploy how it ended.

    Failed if it raised, whatever that was. Nothing rises any further: CodeDeploy calls hooks asynchronously, so one
    that ends in an error would be run twice more, for nobody (Lambda developer guide, "How Lambda handles errors and
    retries with asynchronous invocation").

    An alarm may have stopped the deployment meanwhile: then nobody waits for the answer any more.
    """
    answered: HookAnswer = {"status": "Failed", "reasons": [], "evidence": ""}
    try:
        answered["evidence"] = check()
        answered["status"] = "Succeeded"
    except Refused as refused:
        answered["reasons"], answered["evidence"] = refused.reasons, refused.evidence
        LOG.error("refused: %s", refused, extra={"reasons": refused.reasons})
    except Exception as problem:
        answered["reasons"] = [f"the hook itself broke: {problem!r}"]
        LOG.exception("the hook itself broke")
    finally:
        _tell(codedeploy, event, answered["status"])
    return answered


def _tell(codedeploy: "CodeDeployClient", event: HookEvent, status: Literal["Failed", "Succeeded"]) -> None:
    about = {"deployment": event["DeploymentId"]}
    try:
        codedeploy.put_lifecycle_event_hook_execution_status(
            deploymentId=event["DeploymentId"],
            lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
            status=status,
        )
    except codedeploy.exceptions.LifecycleEventAlreadyCompletedException:
        LOG.warning("the deployment went on without waiting for: %s", status, extra=about)
        return
    LOG.info("told CodeDeploy: %s", status, extra=about)
