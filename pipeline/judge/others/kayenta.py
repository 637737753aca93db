"""Kayenta, Spinnaker's judge: are the canary's values, minute by minute, higher than the baseline's?

Its judge (spinnaker/kayenta, NetflixACAJudge and MannWhitneyClassifier) calls a metric High if the interval of the
shift between both series, of 98 % confidence, lies above a quarter of the estimated shift; series that are equal pass,
and one without data is Nodata, which counts for nothing. The score is the share of the metrics that pass; below the
`marginal` of 75 the canary fails at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.judge.observed import Bin
from pipeline.judge.others.mann_whitney import shift
from pipeline.judge.others.minutes import Minute, whole_minutes
from pipeline.judge.others.rule import Said

type Rate = Callable[[Minute], float | None]


@dataclass(frozen=True)
class Kayenta:
    """Failed requests as its one metric, by their rate in each minute, looked at after every minute from the fifth on.

    That is in its favour: its guide asks for 50 values at least and an interval of many minutes; with fewer than five
    on both sides no interval of 98 % can be had. The stable version stands for the baseline, which Spinnaker would
    start anew with as many instances as the canary.
    """

    confidence: float = 0.98
    tolerance: float = 0.25
    fewest: int = 5
    name: str = "Kayenta"
    source: str = (
        "spinnaker.io, 'Best practices for configuring canary'; spinnaker/kayenta, MannWhitneyClassifier.scala"
    )

    @property
    def rule(self) -> str:
        """In a sentence."""
        return f"failure rates by the minute higher by Mann and Whitney's test at {100 * self.confidence:g} %"

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """Fails at the end of a minute."""
        ours, theirs = [], []
        for minute in whole_minutes(bins, bin_seconds):
            if minute.canary_requests:
                ours.append(minute.canary_failed / minute.canary_requests)
            if minute.stable_requests:
                theirs.append(minute.stable_failed / minute.stable_requests)
            if min(len(ours), len(theirs)) >= self.fewest and self._is_high(ours, theirs):
                return Said(
                    minute.until, f"High: {len(ours)} values of the canary lie above {len(theirs)} of the other"
                )
        return Said(None, "Nodata" if not ours or not theirs else "never High")

    def _is_high(self, ours: Sequence[float], theirs: Sequence[float]) -> bool:
        if sorted(ours) == sorted(theirs):
            return False
        found = shift(ours, theirs, self.confidence)
        return found.lower > self.tolerance * abs(found.estimate)
