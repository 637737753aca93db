"""The hook after traffic has shifted: what is to be made of all that was seen?

It waits for what still comes in, while CodeDeploy goes on to watch the alarms, and then judges the rollout itself, from
CloudWatch's counts and not from what the judge has published. CodeDeploy takes an alarm without data for a quiet one,
so a version that served nobody would pass; here it does not: it fails the deployment, or, where NO_TRAFFIC says `warn`,
succeeds with a warning that claims nothing. The evidence stands in the log, for `slipway judge replay`.

Environment: FUNCTION_NAME, ALIAS, STAGE, SHIFT, NO_TRAFFIC and INCONCLUSIVE (`fail` or `warn`), BAKE_WAIT_SECONDS,
BREAK_GLASS (what that lets through is logged).
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.hooks import clients
from pipeline.hooks.answer import HookAnswer, HookEvent, Refused, answer
from pipeline.hooks.break_glass import broken, let_through
from pipeline.hooks.judge import EVIDENCE, NO_ANSWER
from pipeline.hooks.observing import LONGEST_SECONDS, OWN, Observed, history, metric, observe, read
from pipeline.hooks.steps import gradual
from pipeline.hooks.under_way import UnderWay, under_way
from pipeline.hooks.verdict import Judged, evidence, harmed, judged, said, uncounted
from pipeline.judge.evidence import Evidence, write
from pipeline.judge.judging import Verdict
from pipeline.judge.observed import MINUTE_SECONDS, Counts

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_codedeploy import CodeDeployClient

LOG = logging.getLogger(__name__)

ATTEMPTS, PAUSE_SECONDS = 4, 10.0
"""CloudWatch and CodeDeploy are asked again before a version is taken back because they did not answer."""


def handler(event: HookEvent, _context: Any) -> HookAnswer:
    """Answer CodeDeploy's question after the shift."""

    def check() -> str:
        asked = codedeploy, clients.cloudwatch(), os.environ, event["DeploymentId"]
        return check_rollout(*asked, time.time, time.sleep)

    codedeploy = clients.codedeploy()
    return answer(codedeploy, event, check)


def check_rollout(
    codedeploy: "CodeDeployClient",
    cloudwatch: "CloudWatchClient",
    environment: Mapping[str, str],
    deployment: str,
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> str:
    """The evidence of a version that may go on, as the stage's policy has it; Refused, with the evidence, if not."""
    flag = broken(environment, datetime.fromtimestamp(now(), UTC))
    what = judged(environment, environment["FUNCTION_NAME"], environment["ALIAS"])
    sleep(float(environment["BAKE_WAIT_SECONDS"]))
    where, observed, before, looks = patiently(lambda: _ask(codedeploy, cloudwatch, what, deployment), sleep)
    found = evidence(observed, before, what, where, deployment, settled=True)
    verdict = found.judgement.verdict
    kept = write(found)
    LOG.info("%s: %s", verdict, said(found), extra={"evidence": kept, "verdict": str(verdict)})
    objections = let_through(flag, [*_objections(found, observed, what), *_unjudged(found, looks, what, where)])
    if objections:
        raise Refused(objections, kept)
    if verdict is not Verdict.PASS:
        LOG.warning("the stage's policy lets it through: %s", said(found))
    return kept


def patiently[Found](ask: Callable[[], Found], sleep: Callable[[float], None]) -> Found:
    """What `ask` finds, at the latest at the last of ATTEMPTS: one answer that fails is no fault of the version's."""
    for attempt in range(1, ATTEMPTS):
        try:
            return ask()
        except NO_ANSWER as problem:
            LOG.warning("attempt %d of %d: %s", attempt, ATTEMPTS, problem)
            sleep(PAUSE_SECONDS)
    return ask()


def _ask(
    codedeploy: "CodeDeployClient", cloudwatch: "CloudWatchClient", what: Judged, deployment: str
) -> tuple[UnderWay, Observed, Mapping[int, Counts], Sequence[float]]:
    where = under_way(codedeploy, deployment)
    began = where.began or where.asked
    observed = observe(cloudwatch, what.watched(where), began)
    return where, observed, history(cloudwatch, what.watched(where), began), looked(cloudwatch, what, where)


def looked(cloudwatch: "CloudWatchClient", what: Judged, where: UnderWay) -> Sequence[float]:
    """The minutes in which the judge has published while this deployment was under way, in seconds since the epoch."""
    told = metric(OWN, EVIDENCE, {"FunctionName": what.function, "Alias": what.alias})
    stat = {"Metric": told, "Period": MINUTE_SECONDS, "Stat": "SampleCount"}
    since = (where.began or where.asked) // MINUTE_SECONDS * MINUTE_SECONDS
    found = read(cloudwatch, [{"Id": "looks", "MetricStat": stat}], since, since + LONGEST_SECONDS)
    return sorted(at for at, count in found["looks"].items() if count)


def _objections(found: Evidence, observed: Observed, what: Judged) -> Iterator[str]:
    version = f"version {found.canary_version} of {found.function}"
    if not found.judgement.allowed:
        yield said(found)
    ran, counted = uncounted(observed)
    if ran:
        yield f"{version} ran {ran} times, and its handlers counted {counted}: it can't be judged"
    failed, requests = harmed(found, what.steps)
    if failed:
        yield f"{version} failed {failed} of {requests} requests since it has all traffic"


def _unjudged(found: Evidence, looks: Sequence[float], what: Judged, where: UnderWay) -> Iterator[str]:
    """Where traffic moved in parts, somebody has to have looked until the end; what nobody asked needs no judge."""
    if not gradual(what.steps) or found.judgement.verdict is Verdict.NO_TRAFFIC:
        return
    if not looks:
        yield f"the judge never looked at {found.function} while traffic shifted: it would have stopped no bad version"
    elif looks[-1] + 2 * MINUTE_SECONDS < (where.began or where.asked) + what.steps[-1][0]:
        yield f"the judge looked at {found.function} no more before the shift was over: nobody saw the end of it"
