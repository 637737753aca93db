"""What one gate said of a change."""

from dataclasses import dataclass

from pipeline.record.verdict import Finding, Outcome, Verdict

LONGEST_LINE = 400


@dataclass(frozen=True)
class Answer:
    """How `gate` ended, after `seconds` of its own and `ended` seconds after the first was asked, and what it found."""

    gate: str
    outcome: Outcome
    seconds: float
    summary: str
    findings: tuple[Finding, ...] = ()
    ended: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the change may go on."""
        return self.outcome is Outcome.PASSED


def of_verdict(verdict: Verdict, seconds: float) -> Answer:
    """The answer that a verdict is; `seconds` are those of the whole command."""
    return Answer(verdict.gate, verdict.outcome, seconds, verdict.summary, verdict.findings)


def refused(gate: str, seconds: float, what: str) -> Answer:
    """A refusal by what writes no verdict."""
    return Answer(gate, Outcome.REFUSED, seconds, what[:LONGEST_LINE], (Finding(gate, what),))


def broke(gate: str, seconds: float, why: str) -> Answer:
    """Our own failure: it says nothing of the change."""
    return Answer(gate, Outcome.BROKE, seconds, why[:LONGEST_LINE])
