"""The hook after traffic has shifted: what is to be made of all that was seen?

It waits for what still comes in, while CodeDeploy goes on to watch the alarms, and then judges the rollout itself, from
CloudWatch's counts and not from what the judge has published. CodeDeploy takes an alarm without data for a quiet one,
so a version that served nobody would pass; here it does not: it fails the deployment, or, where NO_TRAFFIC says `warn`,
succeeds with a warning that claims nothing. The evidence stands in the log, for `slipway judge replay`.

Environment: FUNCTION_NAME, ALIAS, STAGE, SHIFT, NO_TRAFFIC and INCONCLUSIVE (`fail` or `warn`), BAKE_WAIT_SECONDS.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.hooks import clients
from pipeline.hooks.answer import HookAnswer, HookEvent, Refused, answer
from pipeline.hooks.judge import EVIDENCE
from pipeline.hooks.observing import LONGEST_SECONDS, OWN, Observed, metric, observe, read
from pipeline.hooks.steps import gradual
from pipeline.hooks.under_way import UnderWay, under_way
from pipeline.hooks.verdict import Judged, evidence, judged, uncounted
from pipeline.judge.evidence import Evidence, write
from pipeline.judge.judging import Verdict
from pipeline.judge.observed import MINUTE_SECONDS

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_codedeploy import CodeDeployClient

LOG = logging.getLogger(__name__)


def handler(event: HookEvent, _context: Any) -> HookAnswer:
    """Answer CodeDeploy's question after the shift."""

    def check() -> str:
        return check_rollout(codedeploy, clients.cloudwatch(), os.environ, event["DeploymentId"], time.sleep)

    codedeploy = clients.codedeploy()
    return answer(codedeploy, event, check)


def check_rollout(
    codedeploy: "CodeDeployClient",
    cloudwatch: "CloudWatchClient",
    environment: Mapping[str, str],
    deployment: str,
    sleep: Callable[[float], None],
) -> str:
    """The evidence of a version that may go on, as the stage's policy has it; Refused, with the evidence, if not."""
    what = judged(environment, environment["FUNCTION_NAME"], environment["ALIAS"])
    sleep(float(environment["BAKE_WAIT_SECONDS"]))
    where = under_way(codedeploy, deployment)
    observed = observe(cloudwatch, what.watched(where), where.began or where.asked)
    found = evidence(observed, what, where, deployment, settled=True)
    verdict = found.judgement.verdict
    kept = write(found)
    LOG.info("%s: %s", verdict, said(found), extra={"evidence": kept, "verdict": str(verdict)})
    looks = looked(cloudwatch, what, where) if gradual(what.steps) else None
    objections = [*_objections(found, observed), *_unjudged(found, looks)]
    if objections:
        raise Refused(objections, kept)
    if verdict is not Verdict.PASS:
        LOG.warning("the stage's policy lets it through: %s", said(found))
    return kept


def said(found: Evidence) -> str:
    """The verdict on a version in a sentence."""
    version, judgement = f"version {found.canary_version} of {found.function}", found.judgement
    match judgement.verdict:
        case Verdict.PASS:
            return (
                f"{version} is no worse than {found.stable_version}, and fewer than {found.policy.tolerated:.0%} fail"
            )
        case Verdict.NO_TRAFFIC:
            return f"{version} served no request: nothing is known about it"
        case Verdict.INCONCLUSIVE:
            requests = max((one.requests for one in judgement.weighings), default=0)
            return f"{version} served {requests} requests, too few to tell whether {found.policy.tolerated:.0%} fail"
        case Verdict.ROLLBACK:
            worse = judgement.convicted_by
            if worse is None:
                raise ValueError("a version is convicted by a symptom")
            ours, theirs = f"{worse.bad} of {worse.requests}", f"{worse.stable_bad} of {worse.stable_requests}"
            beside = f"of version {found.stable_version} at the same time {theirs}"
            return f"{version} is worse: {worse.symptom} in {ours} requests, {beside}"


def looked(cloudwatch: "CloudWatchClient", what: Judged, where: UnderWay) -> int:
    """How often the judge has published while this deployment was under way."""
    told = metric(OWN, EVIDENCE, {"FunctionName": what.function, "Alias": what.alias})
    stat = {"Metric": told, "Period": MINUTE_SECONDS, "Stat": "SampleCount"}
    since = (where.began or where.asked) // MINUTE_SECONDS * MINUTE_SECONDS
    found = read(cloudwatch, [{"Id": "looks", "MetricStat": stat}], since, since + LONGEST_SECONDS)
    return round(sum(found["looks"].values()))


def _objections(found: Evidence, observed: Observed) -> Iterator[str]:
    if not found.judgement.allowed:
        yield said(found)
    if ran := uncounted(observed):
        version = f"version {found.canary_version} of {found.function}"
        yield f"{version} ran {ran} times, and its handlers counted none: it can't be judged"


def _unjudged(found: Evidence, looks: int | None) -> Iterator[str]:
    """Where traffic moved in parts, somebody has to have looked meanwhile; what nobody asked needs no judge."""
    if looks == 0 and found.judgement.verdict is not Verdict.NO_TRAFFIC:
        yield f"the judge never looked at {found.function} while traffic shifted: it would have stopped no bad version"
