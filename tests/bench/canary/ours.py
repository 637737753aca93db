"""Our judge among the others: the code of production, on the bins that handlers count, and by Lambda's minutes.

Handlers count what they answer, by the second. A thrown error that takes the handler with it (no memory, a timeout, a
broken import) is counted by Lambda alone, whose metrics come by the minute ("Lambda sends metric data to CloudWatch in
1-minute intervals", Lambda Developer Guide, "Using CloudWatch metrics with Lambda") and are there a minute later, as we
assume. So the second judge has whole minutes of errors, each a minute late, and everything else as the first has it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pipeline.judge.judging import Judgement, Verdict, judge
from pipeline.judge.observed import Bin, Counts, Symptom
from pipeline.judge.others.rule import Said
from pipeline.judge.policy import Policy
from pipeline.judge.sequential import Test, convicts, split

MINUTE = 60.0
PUBLISHED_SECONDS = 60.0
"""From the end of a minute until Lambda's count of it can be read: an assumption."""


@dataclass(frozen=True)
class Heard:
    """What our judge makes of a run. `allowed`: may the version go on? `by`: the symptoms that convict it."""

    said: Said
    verdict: Verdict
    allowed: bool
    by: tuple[Symptom, ...]


@dataclass(frozen=True)
class Ours:
    """The sequential test, with the policy of a stage that shifts traffic."""

    policy: Policy = field(default_factory=Policy)
    name: str = "ours"
    source: str = "pipeline/judge"

    @property
    def rule(self) -> str:
        """In a sentence."""
        symptoms = ", ".join(self.policy.symptoms)
        return (
            f"a sequential test of both versions at the same time over {symptoms}; alpha {self.policy.alpha:g} in all"
        )

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """As the others are asked."""
        return heard(judge(bins, self.policy, bin_seconds)).said


@dataclass(frozen=True)
class ByTheMinute:
    """The same where every thrown error is counted by Lambda alone."""

    policy: Policy = field(default_factory=Policy)
    name: str = "ours, Lambda's minutes"
    source: str = "pipeline/judge"

    @property
    def rule(self) -> str:
        """In a sentence."""
        return f"ours, but thrown errors are seen by the minute, {PUBLISHED_SECONDS:g} s after its end"

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """As the others are asked. The moment is when Lambda's count can be read."""
        return self.after(judge(bins, self.policy, bin_seconds), bins, bin_seconds)

    def after(self, judgement: Judgement, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """What is said if the judge of fine bins came to this `judgement` of them."""
        fine = [
            one.convicted_at
            for one in judgement.weighings
            if one.convicted_at is not None and one.symptom is not Symptom.ERRORS
        ]
        together = next(one.clustered for one in judgement.weighings if one.symptom is Symptom.ERRORS)
        late = self._errors(bins, bins[-1].at + bin_seconds if bins else 0.0, together)
        stopped = min([*fine, *late], default=None)
        return Said(stopped, "nothing convicts" if stopped is None else f"convicted at {stopped:g} s")

    def _errors(self, bins: Sequence[Bin], end: float, together: float) -> Iterator[float]:
        """When thrown errors convict, if that can be read before the `end` of what was seen: then the shift is done."""
        test, alpha = Test(Symptom.ERRORS), split(self.policy.alpha, self.policy.symptoms)[Symptom.ERRORS]
        for minute in minutes(bins):
            test = test.and_then(minute)
            read = minute.at + MINUTE + PUBLISHED_SECONDS
            if convicts(test.weighed.log_evidence / together, alpha) and read <= end:
                yield read
                return


def minutes(bins: Sequence[Bin]) -> Iterator[Bin]:
    """The errors of whole minutes, from those of bins; the weight is the highest of each."""
    for minute, each in groupby(bins, lambda one: one.at // MINUTE):
        within = list(each)
        canary, stable = (_errors([getattr(one, version) for one in within]) for version in ("canary", "stable"))
        yield Bin(minute * MINUTE, canary, stable, max(one.weight for one in within))


def _errors(counts: Sequence[Counts]) -> Counts:
    bad = sum(one.of(Symptom.ERRORS) for one in counts)
    return Counts(sum(one.requests for one in counts), {Symptom.ERRORS: bad})


def heard(judgement: Judgement) -> Heard:
    """The moment of the first conviction, and the verdict."""
    convicting = judgement.convicted_by
    by = tuple(one.symptom for one in judgement.weighings if one.convicted_at is not None)
    why = f"convicted by {convicting.symptom}" if convicting else str(judgement.verdict)
    return Heard(Said(convicting.convicted_at if convicting else None, why), judgement.verdict, judgement.allowed, by)
