"""Kayenta, Spinnaker's judge: are the canary's values, minute by minute, higher than the baseline's?

Its judge calls a metric High if the 98 % interval of the shift between both series, by Mann and Whitney's test, lies
above a quarter of the estimated shift, and if the means do not say otherwise. Series that are equal pass. A series
without a value makes the metric Nodata, and a canary of which half the metrics or more are Nodata scores 0. Else the
score is the share of the metrics that pass; below the `marginal` of 75 the canary fails at once (spinnaker/kayenta:
NetflixACAJudge.scala, MannWhitneyClassifier.scala, WeightedSumScorer.scala, ThresholdScoreClassifier.scala).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.judge.observed import Bin
from pipeline.judge.others.mann_whitney import shift
from pipeline.judge.others.minutes import Minute, whole_minutes
from pipeline.judge.others.rule import Said

type Called = Literal["High", "Pass", "Nodata", "Error"]

SCORES: Mapping[Called, float] = {"High": 0.0, "Pass": 100.0, "Nodata": 0.0, "Error": 100.0}
"""What a canary with one metric scores, 0 to 100.

An `Error` (a single value against zeros alone, or against another single one, cannot be tested) is left out, and a
group in which nothing is left counts as 100.
"""

NOISE = 1e-5


@dataclass(frozen=True)
class Kayenta:
    """Failed requests as its one metric, by their rate in each minute; `direction` increase, all else as it defaults.

    A run each `interval_minutes`, over everything since the shift began (no warm-up, no lookback). Its guide starts
    with runs of an hour and asks for 50 values at least; so it would not have spoken before our shifts are over. Five
    minutes are the least in which 98 % can be reached, which is for it where the version is bad. With one metric the
    score is 0 or 100, so that the guide's 95 for the last run comes to the same as its `marginal`. The stable version
    stands for the baseline, which Spinnaker would start anew with as much traffic as the canary's. Latency is left out:
    the guide has no figure for it.
    """

    interval_minutes: int = 5
    confidence: float = 0.98
    tolerance: float = 0.25
    allowed_increase: float = 1.0
    marginal: float = 75.0
    name: str = "Kayenta"
    source: str = "spinnaker.io, 'Best practices for configuring canary'; spinnaker/kayenta, NetflixACAJudge"

    @property
    def rule(self) -> str:
        """In a sentence."""
        return (
            f"failure rates by the minute higher by Mann and Whitney's test at {100 * self.confidence:g} %, or none, "
            f"asked each {self.interval_minutes} minutes"
        )

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """Fails at the end of a run."""
        minutes = whole_minutes(bins, bin_seconds)
        ends = range(self.interval_minutes, len(minutes) + 1, self.interval_minutes)
        for end in ends:
            called = self.classify(*_rates(minutes[:end]))
            score = SCORES[called]
            if score < self.marginal:
                return Said(minutes[end - 1].until, f"{called}: a score of {score:g} after {end} minutes")
        return Said(None, f"Pass in each of {len(ends)} runs")

    def classify(self, ours: Sequence[float], theirs: Sequence[float]) -> Called:
        """What Kayenta's judge calls these two series."""
        if not ours or not theirs:
            return "Nodata"
        if sorted(ours) == sorted(theirs) or len({*ours, *theirs}) == 1:
            return "Pass"
        ours, theirs = _apart(ours, theirs)
        if len(set(ours)) == len(set(theirs)) == 1:
            return "Error"
        found = shift(ours, theirs)
        mean, other = sum(ours) / len(ours), sum(theirs) / len(theirs)
        # Where a mean is 0 the ratio is not a number, and is not asked.
        is_large = not mean or not other or mean / other >= self.allowed_increase
        above = found.lower(self.confidence) > self.tolerance * abs(found.estimate)
        return "High" if above and is_large else "Pass"


def _rates(minutes: Sequence[Minute]) -> tuple[list[float], list[float]]:
    """The part of the requests that failed in each minute, of the canary and of the stable version; none of none."""
    ours = [one.canary_failed / one.canary_requests for one in minutes if one.canary_requests]
    theirs = [one.stable_failed / one.stable_requests for one in minutes if one.stable_requests]
    return ours, theirs


def _apart(ours: Sequence[float], theirs: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
    """Both series, with their values a little apart where each had one value only.

    Kayenta adds noise then, of a hundred-thousandth of the value; here it is no chance. Zeros stay zeros, as there.
    """
    if len(set(ours)) > 1 or len(set(theirs)) > 1:
        return ours, theirs
    ours, theirs = ([value * (1 + NOISE * n) for n, value in enumerate(series)] for series in (ours, theirs))
    return ours, theirs
