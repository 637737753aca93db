"""From what was counted to a judgement, with the evidence that it rests on: `pipeline.judge`, asked of a rollout.

Pure. While counts still come in, the newest period of each kind is left out: what has arrived of it may be the one
version's half, and would convict whenever both fail.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from pipeline.hooks.observing import Observed, Pair, Watched
from pipeline.hooks.steps import Steps, highest, read_steps
from pipeline.hooks.under_way import UnderWay
from pipeline.judge.evidence import Evidence
from pipeline.judge.judging import Judgement, Verdict, judge
from pipeline.judge.observed import BIN_SECONDS, MINUTE_SECONDS, Bin, Counts, Symptom
from pipeline.judge.policy import Policy, Unknown

COUNTED = 0.9
"""The part of what Lambda ran that handlers have to have counted, at least."""
FEW = 5
"""Requests: so many may fall into another period, and fewer that fail are no harm yet."""
HARM = 0.2
"""The part of requests that fail from which a version that has all traffic is taken back without a comparison."""
_UNKNOWN: tuple[Unknown, ...] = get_args(Unknown.__value__)


@dataclass(frozen=True)
class Judged:
    """What is judged, and how: the alias of a function in a stage, whose traffic is meant to shift by `steps`."""

    function: str
    alias: str
    stage: str
    steps: Steps
    policy: Policy

    def watched(self, where: UnderWay) -> Watched:
        """Whose requests are counted in a deployment."""
        return Watched(self.function, self.alias, where.canary, where.stable)


def judged(environment: Mapping[str, str], function: str, alias: str) -> Judged:
    """As the environment tells it: STAGE, SHIFT, NO_TRAFFIC, INCONCLUSIVE."""
    policy = Policy(inconclusive=_unknown(environment, "INCONCLUSIVE"), no_traffic=_unknown(environment, "NO_TRAFFIC"))
    return Judged(function, alias, environment["STAGE"], read_steps(environment["SHIFT"]), policy)


def _unknown(environment: Mapping[str, str], name: str) -> Unknown:
    for known in _UNKNOWN:
        if environment[name] == known:
            return known
    raise ValueError(f"{name} is {environment[name]!r}; it may be {' or '.join(_UNKNOWN)}")


def evidence(
    observed: Observed,
    before: Mapping[int, Counts],
    what: Judged,
    where: UnderWay,
    deployment: str,
    *,
    settled: bool,
) -> Evidence:
    """Judge what was counted since shortly before traffic began to shift; `settled` once nothing more comes in.

    `before` are the stable version's minutes until then.
    """
    began = where.asked if where.began is None else where.began
    bins = tuple(_bins(observed.handlers, BIN_SECONDS, began, what.steps, settled))
    minutes = tuple(_bins(_whole(observed), MINUTE_SECONDS, began, what.steps, settled))
    history = tuple(Bin(at - began, Counts(), counts) for at, counts in before.items())
    return Evidence(
        function=what.function,
        alias=what.alias,
        canary_version=where.canary,
        stable_version=where.stable,
        stage=what.stage,
        deployment_id=deployment,
        bin_seconds=float(BIN_SECONDS),
        policy=what.policy,
        bins=bins,
        judgement=judge(bins, what.policy, BIN_SECONDS, minutes, history),
        minutes=minutes,
        before=history,
    )


def strength(judgement: Judgement) -> float:
    """The strongest evidence of any symptom, as a part of what convicts: 1 or more convicts, and nothing less does."""
    if any(one.convicted_at is not None for one in judgement.weighings):
        return max(1.0, *(one.highest / one.needed for one in judgement.weighings))
    return min(0.999, max(one.highest / one.needed for one in judgement.weighings))


def uncounted(observed: Observed) -> tuple[int, int]:
    """How many requests the new version ran well by Lambda's count, and how many of these its handlers counted.

    (0, 0) where they count, but for a few that fall into another minute.
    """
    counted = sum(canary.requests for canary, _ in observed.handlers.values())
    ran = sum(canary.requests - sum(canary.bad.values()) for canary, _ in observed.lambdas.values())
    return (ran, counted) if ran - counted > max(FEW, ran * (1 - COUNTED)) else (0, 0)


def harmed(found: Evidence, steps: Steps) -> tuple[int, int]:
    """How many requests failed since the new version has all traffic, of how many.

    There is nothing to compare with any more, so this is for harm that nobody could take for an incident's.
    """
    since = steps[-1][0]
    fine = [one.canary for one in found.bins if one.at >= since]
    minutes = [one.canary for one in found.minutes or () if one.at >= since]
    answered = (sum(one.requests for one in fine), sum(one.of(Symptom.SERVER_ERRORS) for one in fine))
    ran = (sum(one.requests for one in minutes), sum(one.of(Symptom.ERRORS) for one in minutes))
    (requests, failed) = max((answered, ran), key=lambda pair: pair[1] / pair[0] if pair[0] else 0.0)
    return (failed, requests) if failed >= FEW and failed > HARM * requests else (0, 0)


def said(found: Evidence) -> str:
    """The verdict on a version in a sentence."""
    version, judgement = f"version {found.canary_version} of {found.function}", found.judgement
    tolerated = f"{found.policy.tolerated:.0%}"
    match judgement.verdict:
        case Verdict.PASS:
            return f"{version} is no worse than {found.stable_version}, and fewer than {tolerated} fail"
        case Verdict.NO_TRAFFIC:
            return f"{version} served no request: nothing is known about it"
        case Verdict.INCONCLUSIVE:
            most = max(judgement.weighings, key=lambda one: one.requests)
            failed = sum(one.bad for one in judgement.weighings if one.symptom in found.policy.ruled_out)
            seen = f"{version} served {most.requests} requests, {failed} of which failed"
            return f"{seen}: that does not show that fewer than {tolerated} fail"
        case Verdict.ROLLBACK:
            worse = judgement.convicted_by
            if worse is None:
                raise ValueError("a version is convicted by a symptom")
            ours, theirs = f"{worse.bad} of {worse.requests}", f"{worse.stable_bad} of {worse.stable_requests}"
            beside = f"beside version {found.stable_version} with {theirs}"
            return f"{version} is worse: {worse.symptom} in {ours} requests, {beside}"


def _bins(periods: Mapping[int, Pair], seconds: int, began: float, steps: Steps, settled: bool) -> Iterator[Bin]:
    newest = max(periods, default=0)
    for at in sorted(periods):
        if settled or at < newest:
            canary, stable = periods[at]
            yield Bin(at - began, canary, stable, highest(steps, at + seconds - began))


def _whole(observed: Observed) -> Mapping[int, Pair]:
    """Lambda's minutes, with what the handlers counted in each besides the errors."""
    handled: dict[int, list[Pair]] = {}
    for at, pair in observed.handlers.items():
        handled.setdefault(at // MINUTE_SECONDS * MINUTE_SECONDS, []).append(pair)
    return {
        at: (
            _with(canary, [ours for ours, _ in handled.get(at, ())]),
            _with(stable, [theirs for _, theirs in handled.get(at, ())]),
        )
        for at, (canary, stable) in observed.lambdas.items()
    }


def _with(counted: Counts, handled: list[Counts]) -> Counts:
    """One version's minute with the symptoms of its handlers' counts; a request that is of the next minute is not."""
    bad = dict(counted.bad)
    for each in handled:
        for symptom, count in each.bad.items():
            bad[symptom] = min(counted.requests, bad.get(symptom, 0) + count)
    return Counts(counted.requests, bad)
