"""What is made of a whole rollout: one verdict, and how each symptom came to it. Pure; read it aloud."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from pipeline.judge.clustering import clustering
from pipeline.judge.health import canary_s, rules_out
from pipeline.judge.observed import MINUTE_SECONDS, Bin, Symptom
from pipeline.judge.policy import Policy
from pipeline.judge.sequential import Test, convicts, split

_ROUNDING = 1e-6


class Verdict(StrEnum):
    """Convicted (`ROLLBACK`), or shown to be well (`PASS`), or neither, as too little is known (the other two)."""

    PASS = "pass"  # noqa: S105 - a verdict
    ROLLBACK = "rollback"
    INCONCLUSIVE = "inconclusive"
    NO_TRAFFIC = "no-traffic"


@dataclass(frozen=True)
class Weighing:
    """One symptom: `bad` of the canary's `requests`, and of the stable version's at the same time.

    As many as are `clustered` come of one fault: `highest` is the most evidence there was at any moment, divided by
    that (natural logarithm; it convicts at `needed`), and `convicted_at` the end of the bin in which it did, in seconds
    since traffic began to shift. `ruled_out` says that fewer than what the policy tolerates are bad.
    """

    symptom: Symptom
    requests: int
    bad: int
    stable_requests: int
    stable_bad: int
    clustered: float
    highest: float
    needed: float
    convicted_at: float | None
    ruled_out: bool


@dataclass(frozen=True)
class Judgement:
    """The verdict and what it rests on. `allowed` is what the policy makes of it: may the version go on?"""

    verdict: Verdict
    weighings: tuple[Weighing, ...]
    allowed: bool

    @property
    def convicted_by(self) -> Weighing | None:
        """The symptom that convicted first; None if none did."""
        convicting = [one for one in self.weighings if one.convicted_at is not None]
        return min(convicting, key=lambda one: one.convicted_at or 0.0, default=None)


def judge(
    bins: Sequence[Bin],
    policy: Policy,
    bin_seconds: float,
    minutes: Sequence[Bin] | None = None,
    before: Sequence[Bin] = (),
) -> Judgement:
    """Judge all that was seen, in the order of time.

    A version that was convicted once stays so, whatever came later: the rollback is on its way. It passes if what is to
    be ruled out is, and if there was a moment at which all other symptoms could be compared. Where `minutes` are given,
    invocations that ended in an error are counted there alone, as Lambda counts them, and not in `bins`. `before` are
    minutes in which the stable version alone answered: they say how clustered failures are.
    """
    alphas = split(policy.alpha, policy.symptoms)
    fine = _Series(bins, bin_seconds)
    by_minute = fine if minutes is None else _Series(minutes, MINUTE_SECONDS)
    looked = {symptom: by_minute if symptom is Symptom.ERRORS else fine for symptom in policy.symptoms}
    weighings = tuple(
        _weighing(series, policy, symptom, alphas[symptom], clustered(before, symptom))
        for symptom, series in looked.items()
    )
    verdict = _verdict((*fine.bins, *by_minute.bins), looked, weighings, policy)
    return Judgement(verdict, weighings, _allowed(verdict, policy))


def clustered(before: Sequence[Bin], symptom: Symptom) -> float:
    """How many bad requests of this symptom come of one fault, as minutes before the shift tell."""
    return clustering((seen.stable.requests, seen.stable.of(symptom)) for seen in before)


@dataclass(frozen=True)
class _Series:
    """Bins in the order of time, of so many seconds each."""

    bins: Sequence[Bin]
    seconds: float

    def __post_init__(self) -> None:
        if any(overlap(earlier, later, self.seconds) for earlier, later in pairwise(self.bins)):
            raise ValueError("bins are given in the order of time, each once, and none begins within another")

    @property
    def compared(self) -> bool:
        """Whether both versions answered at the same time at any moment."""
        return any(0.0 < seen.share < 1.0 for seen in self.bins)


def overlap(earlier: Bin, later: Bin, bin_seconds: float) -> bool:
    """Whether the later bin begins before the earlier one is over, but for what rounding does."""
    return later.at - earlier.at < bin_seconds * (1.0 - _ROUNDING)


def _weighing(series: _Series, policy: Policy, symptom: Symptom, alpha: float, clustered: float) -> Weighing:
    test, highest, convicted_at = Test(symptom), 0.0, None
    bins = series.bins
    for seen in bins:
        test = test.and_then(seen)
        evidence = test.weighed.log_evidence / clustered
        highest = max(highest, evidence)
        if convicted_at is None and convicts(evidence, alpha):
            convicted_at = seen.at + series.seconds
    requests, bad = canary_s(bins, symptom)
    return Weighing(
        symptom=symptom,
        requests=requests,
        bad=bad,
        stable_requests=sum(seen.stable.requests for seen in bins),
        stable_bad=sum(seen.stable.of(symptom) for seen in bins),
        clustered=clustered,
        highest=highest,
        needed=threshold(alpha),
        convicted_at=convicted_at,
        ruled_out=rules_out(requests, bad, policy.tolerated, policy.doubt),
    )


def threshold(alpha: float) -> float:
    """The evidence (natural logarithm) that convicts."""
    return -math.log(alpha)


def _verdict(
    bins: Sequence[Bin], looked: Mapping[Symptom, _Series], weighings: Sequence[Weighing], policy: Policy
) -> Verdict:
    if any(one.convicted_at is not None for one in weighings):
        return Verdict.ROLLBACK
    if not any(seen.canary.requests for seen in bins):
        return Verdict.NO_TRAFFIC
    shown = all(one.ruled_out if one.symptom in policy.ruled_out else looked[one.symptom].compared for one in weighings)
    return Verdict.PASS if shown else Verdict.INCONCLUSIVE


def _allowed(verdict: Verdict, policy: Policy) -> bool:
    match verdict:
        case Verdict.PASS:
            return True
        case Verdict.ROLLBACK:
            return False
        case Verdict.INCONCLUSIVE:
            return policy.inconclusive == "warn"
        case Verdict.NO_TRAFFIC:
            return policy.no_traffic == "warn"
