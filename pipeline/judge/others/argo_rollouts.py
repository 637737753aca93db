"""Argo Rollouts: an analysis that may fail so often.

Each `minutes` the canary's success rate is measured. More than `failure_limit` failed measurements fail the analysis,
and more than `error_limit` in a row that could not be evaluated end it in an error; either aborts the rollout
(argoproj/argo-rollouts, docs/features/analysis.md; analysis/analysis.go: assessMetricFailureInconclusiveOrError. The
prose says "three such measurements" of a `failureLimit` of 3; the code takes a fourth).

What a measurement is without traffic follows from the query, non-5xx by all requests, and `result[0] >= 0.95`:
where the canary never had a request there is no series, `result[0]` cannot be evaluated, and this error is tried again
every ten seconds (DefaultErrorRetryInterval). Once it had one, the query is 0/0, which is not a number, which is not
>= 0.95, and failed ("Handling Metric Results": a `successCondition` alone makes NaN a failure). None is ever
inconclusive.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.judge.observed import Bin
from pipeline.judge.others.minutes import MINUTE, Minute, whole_minutes
from pipeline.judge.others.rule import Said

RETRY_SECONDS = 10.0


@dataclass(frozen=True)
class ArgoRollouts:
    """The template `success-rate` of its documentation: each five minutes, `failureLimit: 3`, while traffic shifts.

    With that, a shift of ten minutes is over before a fourth measurement. So `OTHERS` also has the variant of the same
    page that measures each minute, `count` 5 times, of which none may fail, as no `failureLimit` is given (its default
    is 0). Both are kind to the tool: the measurement at the very start, of nothing yet, is left out (as by
    `initialDelay`); and `irate(...[5m])`, the rate between the last two scrapes, is taken over a minute, which is how
    often Prometheus scrapes if nobody says otherwise, though fewer requests would decide where it does so more often.
    The page has no metric of latency.
    """

    minutes: int = 5
    count: int | None = None
    success: float = 0.95
    failure_limit: int = 3
    error_limit: int = 4
    name: str = "Argo Rollouts"
    source: str = "argo-rollouts.readthedocs.io, 'Analysis & Progressive Delivery': AnalysisTemplate success-rate"

    @property
    def rule(self) -> str:
        """In a sentence."""
        each = "each minute" if self.minutes == 1 else f"each {self.minutes} minutes"
        often = each if self.count is None else f"{each}, {self.count} times"
        worst = f"in more than {self.failure_limit} measurements" if self.failure_limit else "in a measurement"
        return f"success below {100 * self.success:g} % {worst}, made {often}"

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """Aborts at the end of a minute."""
        failures = errors = measured = 0
        due, known = self.minutes, False
        for number, minute in enumerate(whole_minutes(bins, bin_seconds), start=1):
            known = known or minute.canary_requests > 0
            if number < due or measured == self.count:
                continue
            if not known:
                errors += round(MINUTE / RETRY_SECONDS) if errors else 1
                due = number + 1
            else:
                errors, measured, due = 0, measured + 1, number + self.minutes
                failures += not self._is_successful(minute)
            if failures > self.failure_limit:
                several = "measurement" if failures == 1 else "measurements"
                return Said(minute.until, f"{failures} {several} failed; {self.failure_limit} may")
            if errors > self.error_limit:
                unmeasured = f"{errors} measurements in a row could not be evaluated; {self.error_limit} may"
                return Said(minute.until, unmeasured)
        return Said(None, f"{failures} of {measured} measurements failed; {self.failure_limit} may")

    def _is_successful(self, minute: Minute) -> bool:
        requests = minute.canary_requests
        return bool(requests) and (requests - minute.canary_failed) / requests >= self.success
