"""The judge: looks at a deployment while traffic shifts, and publishes a number that an ordinary alarm reads.

CodeDeploy alone moves traffic. The hook before the shift calls this function and does not wait for it; it looks every
LOOK_WAIT_SECONDS until the deployment is over, and each time publishes `Evidence` of the function's alias: how strong
the evidence against the new version is, as a part of what convicts it. An alarm on 1 stops the deployment. Who
can't see must not look well: when CloudWatch or CodeDeploy do not answer BLIND_LOOKS times in a row, it publishes a 1.
If it can't even do that, it ends in an error, which Lambda counts, and an alarm on those stops the deployment, as long
as it is young: Lambda counts an error at the time of the call (developer guide, "Types of metrics for Lambda
functions", Errors). The hook after the shift asks whether it looked until the end.

Event: `deployment`, `function`, `alias`. Environment: STAGE, SHIFT, NO_TRAFFIC, INCONCLUSIVE, LOOK_WAIT_SECONDS.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.hooks import clients
from pipeline.hooks.observing import OWN, Incomplete, history, observe
from pipeline.hooks.under_way import NotTold, UnderWay, under_way
from pipeline.hooks.verdict import Judged, evidence, judged, said, strength
from pipeline.judge.evidence import write
from pipeline.judge.observed import Counts

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_codedeploy import CodeDeployClient

LOG = logging.getLogger(__name__)

EVIDENCE = "Evidence"
"""The number that is published, by FunctionName and Alias."""
BLIND_LOOKS = 6
"""A minute of looks that saw nothing, or more where each waits for an answer."""
LAST_SECONDS = 70.0
"""What is left of the function's time when it looks no more: as long as a look may take (`clients`)."""


NO_ANSWER = (BotoCoreError, ClientError, Incomplete, NotTold)
"""What a look meets that saw nothing."""


class Called(TypedDict):
    """What the hook before the shift says."""

    deployment: str
    function: str
    alias: str


class Saw(TypedDict):
    """What it returns of a version that it convicted, for people: nobody waits for it."""

    deployment: str
    evidence: str


class Blind(Exception):
    """Nobody told the judge how the rollout fares."""


def handler(event: Called, context: Any) -> Saw | None:
    """Look until the deployment is over."""
    return watch(
        clients.codedeploy(),
        clients.cloudwatch(),
        judged(os.environ, event["function"], event["alias"]),
        event["deployment"],
        lambda: context.get_remaining_time_in_millis() / 1000,
        lambda: time.sleep(float(os.environ["LOOK_WAIT_SECONDS"])),
    )


def watch(
    codedeploy: "CodeDeployClient",
    cloudwatch: "CloudWatchClient",
    what: Judged,
    deployment: str,
    seconds_left: Callable[[], float],
    pause: Callable[[], None],
) -> Saw | None:
    """Look at `deployment` again after each `pause`, until it is over or no time is left. Blind if nothing answers.

    Returns the evidence that convicted its new version, if any did.
    """
    unanswered, convicted, before = 0, None, None
    while seconds_left() > LAST_SECONDS:
        try:
            where = under_way(codedeploy, deployment)
            if where.over:
                return convicted
            if where.began is not None:
                before = history(cloudwatch, what.watched(where), where.began) if before is None else before
                convicted = look(cloudwatch, what, where, before, deployment) or convicted
            unanswered = 0
        except NO_ANSWER as problem:
            unanswered += 1
            LOG.warning("look %d that saw nothing: %s", unanswered, problem, extra={"deployment": deployment})
            if unanswered >= BLIND_LOOKS:
                _tell_blind(cloudwatch, what, f"{unanswered} looks in a row saw nothing of {deployment}: {problem}")
        pause()
    LOG.warning("no time is left to look at a deployment that goes on", extra={"deployment": deployment})
    return convicted


def look(
    cloudwatch: "CloudWatchClient", what: Judged, where: UnderWay, before: Mapping[int, Counts], deployment: str
) -> Saw | None:
    """Judge what is known by now, and publish how strong the evidence is; what was seen, if that convicts."""
    observed = observe(cloudwatch, what.watched(where), where.began or where.asked)
    found = evidence(observed, before, what, where, deployment, settled=False)
    how_strong = strength(found.judgement)
    publish(cloudwatch, what, how_strong)
    if how_strong < 1.0:
        return None
    kept = write(found)
    LOG.error("convicted: %s", said(found), extra={"deployment": deployment, "evidence": kept})
    return {"deployment": deployment, "evidence": kept}


def publish(cloudwatch: "CloudWatchClient", what: Judged, how_strong: float) -> None:
    """Let the alarm read how strong the evidence is."""
    told: Any = {"MetricName": EVIDENCE, "Dimensions": dimensions(what), "Value": how_strong, "StorageResolution": 1}
    cloudwatch.put_metric_data(Namespace=OWN, MetricData=[told])


def _tell_blind(cloudwatch: "CloudWatchClient", what: Judged, why: str) -> None:
    """Nobody sees the new version, so nobody lets it through."""
    LOG.error("blind: %s", why)
    try:
        publish(cloudwatch, what, 1.0)
    except (BotoCoreError, ClientError) as problem:
        raise Blind(why) from problem


def dimensions(what: Judged) -> list[dict[str, str]]:
    """Under which the evidence is published: the alarm on it is the same for every version."""
    return [{"Name": "FunctionName", "Value": what.function}, {"Name": "Alias", "Value": what.alias}]
