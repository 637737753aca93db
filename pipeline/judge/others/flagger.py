"""Flagger: so many failed checks, and the canary goes.

Each `interval` Flagger first looks how many checks have failed, and rolls back if they are `threshold`; only then does
it check again. So it rolls back an interval after the check that was one too many. A check asks for the canary's
success rate and its 99th percentile, and fails if either is beyond its limit or has no values ("Halt advancement no
values found ... probably ... is not receiving traffic"): where nobody asks, the canary does not go on, and is rolled
back in the end. A good check in between takes nothing off the count (fluxcd/flagger, pkg/controller/scheduler.go:
advanceCanary, and scheduler_metrics.go: runBuiltinMetricChecks).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.judge.observed import Bin
from pipeline.judge.others.minutes import Minute, whole_minutes
from pipeline.judge.others.rule import Said


@dataclass(frozen=True)
class Flagger:
    """The analysis of its tutorial: success rate of 99 % at least, 99th percentile of 500 ms at most, each minute.

    That more than a hundredth of the requests were slow is taken for a 99th percentile above its limit. (The tutorial
    has it over 30 s, "Metrics Analysis" over a minute; this is a minute.) Our plan's steps are walked, not Flagger's
    own, which wait where a check fails. So where the fifth check fails in the last minute that was seen, the canary
    would have been held and rolled back a minute later: that counts as stopped, at the end of what was seen. With
    fewer failed checks it would have been held, too, which does not count.
    """

    success_percent: float = 99.0
    slow_percent: float = 1.0
    threshold: int = 5
    name: str = "Flagger"
    source: str = "docs.flagger.app, 'Istio Canary Deployments' (interval 1m, threshold 5) and 'Metrics Analysis'"

    @property
    def rule(self) -> str:
        """In a sentence."""
        return (
            f"{self.threshold} minutes with success below {self.success_percent:g} %, a slow p99, or no traffic; "
            "rolls back a minute later"
        )

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """Rolls back at the end of a minute."""
        failed: list[str] = []
        minutes = whole_minutes(bins, bin_seconds)
        for minute, following in zip(minutes, (*minutes[1:], *minutes[-1:]), strict=True):
            if objection := self._check(minute):
                failed.append(objection)
            if len(failed) >= self.threshold:
                return Said(following.until, f"{len(failed)} checks failed, the last: {objection}")
        return Said(None, f"{len(failed)} checks failed; {self.threshold} roll back, a minute later")

    def _check(self, minute: Minute) -> str:
        requests = minute.canary_requests
        if not requests:
            return "no values found"
        good = (requests - minute.canary_failed) / requests * 100
        if good < self.success_percent:
            return f"success rate {good:.2f} % < {self.success_percent:g} %"
        slow = 100 * minute.canary_slow
        return f"p99 above its limit: {slow / requests:.2f} % were slow" if slow > self.slow_percent * requests else ""
