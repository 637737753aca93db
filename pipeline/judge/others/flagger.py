"""Flagger: so many failed checks, and the canary goes.

Each `interval` it asks for the canary's success rate and its 99th percentile. A check that fails, or finds no values,
halts the advance and counts; at `threshold` the canary is rolled back, and a good check in between takes nothing off
(fluxcd/flagger, pkg/controller/scheduler.go and scheduler_metrics.go: "Halt advancement no values found").
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.judge.observed import Bin
from pipeline.judge.others.minutes import Minute, whole_minutes
from pipeline.judge.others.rule import Said


@dataclass(frozen=True)
class Flagger:
    """The analysis of its documentation: success rate of 99 % at least, 99th percentile of 500 ms at most, each minute.

    That a hundredth of the requests or more were slow is taken for a 99th percentile above the limit. Our plan's steps
    are walked, not Flagger's own, which would wait where a check fails.
    """

    success_percent: float = 99.0
    slow_percent: float = 1.0
    threshold: int = 5
    name: str = "Flagger"
    source: str = "docs.flagger.app, 'Metrics Analysis': builtin metrics, interval 1m, threshold 5"

    @property
    def rule(self) -> str:
        """In a sentence."""
        return f"{self.threshold} minutes with success below {self.success_percent:g} %, a slow p99, or no traffic"

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """Rolls back at the end of a minute."""
        failed: list[str] = []
        for minute in whole_minutes(bins, bin_seconds):
            if objection := self._check(minute):
                failed.append(objection)
            if len(failed) >= self.threshold:
                return Said(minute.until, f"{len(failed)} checks failed, the last: {objection or failed[-1]}")
        return Said(None, f"{len(failed)} of {self.threshold} checks failed")

    def _check(self, minute: Minute) -> str:
        if not minute.canary_requests:
            return "no values found"
        good = 100 * (1 - minute.canary_failed / minute.canary_requests)
        if good < self.success_percent:
            return f"success rate {good:.2f} % < {self.success_percent:g} %"
        slow = 100 * minute.canary_slow / minute.canary_requests
        return f"p99 above its limit: {slow:.2f} % were slow" if slow > self.slow_percent else ""
