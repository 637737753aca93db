"""Argo Rollouts: an analysis in the background that may fail so often.

Each `minutes` the success rate of the canary is measured over as long. More than `failure_limit` failed measurements
fail the analysis, and more than `error_limit` in a row that gave no number end it in an error; either aborts the
rollout (argo-rollouts documentation, "Analysis & Progressive Delivery").
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.judge.observed import Bin
from pipeline.judge.others.minutes import whole_minutes
from pipeline.judge.others.rule import Said


@dataclass(frozen=True)
class ArgoRollouts:
    """The template `success-rate` of its documentation: `result[0] >= 0.95` each five minutes, `failureLimit: 3`.

    With that interval a shift of five minutes is over before a fourth measurement; `OTHERS` has it each minute, too.
    A success rate of no requests is no number. The measurement at the very start, of nothing yet, is left out, which
    is in the tool's favour.
    """

    minutes: int = 5
    success: float = 0.95
    failure_limit: int = 3
    error_limit: int = 4
    name: str = "Argo Rollouts"
    source: str = "argo-rollouts.readthedocs.io, 'Analysis & Progressive Delivery': AnalysisTemplate success-rate"

    @property
    def rule(self) -> str:
        """In a sentence."""
        each = "minute" if self.minutes == 1 else f"{self.minutes} minutes"
        return f"success below {100 * self.success:g} % in more than {self.failure_limit} measurements, one each {each}"

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """Aborts at the end of a measurement's minutes."""
        failures = errors = 0
        minutes = whole_minutes(bins, bin_seconds)
        for end in range(self.minutes, len(minutes) + 1, self.minutes):
            measured = minutes[end - self.minutes : end]
            requests, failed = sum(m.canary_requests for m in measured), sum(m.canary_failed for m in measured)
            errors = 0 if requests else errors + 1
            failures += bool(requests) and 1 - failed / requests < self.success
            if failures > self.failure_limit or errors > self.error_limit:
                return Said(measured[-1].until, f"{failures} measurements failed, {errors} in a row gave no number")
        return Said(None, f"{failures} measurements failed; {self.failure_limit} may")
