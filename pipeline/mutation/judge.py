"""What came of a change: did the gate that ought to see it say what it ought to say? Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.mutation.answer import Answer
from pipeline.mutation.catalogue import Change, Expected, Kind
from pipeline.mutation.walk import Walked
from pipeline.record.verdict import Finding, Outcome


class Result(StrEnum):
    """`STOPPED` is the only kill. `ELSEWHERE`: refused, but not by an expected gate, or with another finding."""

    STOPPED = "stopped"
    ELSEWHERE = "elsewhere"
    LET_THROUGH = "let through"
    PASSED = "passed"
    FALSE_ALARM = "false alarm"
    BROKE = "broke"
    NOT_APPLIED = "not applied"


@dataclass(frozen=True)
class Judged:
    """A change and what came of it: `gate` decided, by `finding`, `seconds` after the first gate was asked.

    `named` is whether it was one of the gates whose business the change is.
    """

    change: Change
    result: Result
    gate: str
    finding: str
    seconds: float
    named: bool = False

    @property
    def passed(self) -> bool:
        """Whether every gate let it through, as they must what is good."""
        return self.result is Result.PASSED


def judge(change: Change, walked: Walked) -> Judged:
    """The result of one walk."""
    if walked.unapplied:
        return Judged(change, Result.NOT_APPLIED, "–", walked.unapplied, 0.0)
    if kill := stopped_by(change, walked.answers):
        answer, finding, named = kill
        return Judged(change, Result.STOPPED, answer.gate, told(finding), answer.ended, named)
    decided = next((one for one in walked.answers if not one.passed), None)
    if decided is None:
        result = Result.LET_THROUGH if change.kind is Kind.BAD else Result.PASSED
        return Judged(change, result if walked.answers else Result.BROKE, "–", "", walked.seconds)
    if decided.outcome is not Outcome.REFUSED:
        return Judged(change, Result.BROKE, decided.gate, decided.summary, decided.ended)
    result = Result.ELSEWHERE if change.kind is Kind.BAD else Result.FALSE_ALARM
    first = told(decided.findings[0]) if decided.findings else decided.summary
    return Judged(change, result, decided.gate, first, decided.ended)


def stopped_by(change: Change, answers: Sequence[Answer]) -> tuple[Answer, Finding, bool] | None:
    """The refusal and the finding that a bad change is stopped by, and whether at a named gate; None if it is not."""
    if change.kind is Kind.BAD:
        for expected, named in ((change.expected, True), (change.allowed, False)):
            if match := _kill(expected, answers):
                return (*match, named)
    return None


def _kill(expected: Sequence[Expected], answers: Sequence[Answer]) -> tuple[Answer, Finding] | None:
    """The refusal that was expected, and the finding that it was expected by."""
    for answer in answers:
        if answer.outcome is not Outcome.REFUSED:
            continue
        patterns = [one.finding for one in expected if one.gate == answer.gate]
        for finding in answer.findings:
            if any(re.search(pattern, told(finding)) for pattern in patterns):
                return answer, finding
    return None


def told(finding: Finding) -> str:
    """A finding as one line, as patterns see it: where, two spaces, what."""
    return " ".join(f"{finding.where}  {finding.what}".split("\n"))
