"""Findings of cdk-nag, and which of them are acknowledged. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.cloud.acknowledged import TOOL
from pipeline.plan.waivers import Waiver


@dataclass(frozen=True)
class Finding:
    """A rule that a construct breaks: the rule's id as reported, the construct's path, what the rule says.

    `action` is what may be done to all resources there are, where the rule speaks of that.
    """

    rule: str
    where: str
    what: str
    severity: str
    action: str = ""

    @property
    def full_rule(self) -> str:
        """The rule's id, and the action if there is one."""
        return self.rule + (self.action and f" for {self.action}")


@dataclass(frozen=True)
class Judged:
    """Findings that stand, and findings that are acknowledged with the reason."""

    open: tuple[Finding, ...]
    acknowledged: tuple[tuple[Finding, str], ...]

    @property
    def found(self) -> tuple[Finding, ...]:
        """Everything, acknowledged or not."""
        return (*self.open, *(finding for finding, _ in self.acknowledged))


def judge(findings: Sequence[Finding], acknowledged: Iterable[Waiver]) -> Judged:
    """Every finding with the first acknowledgement that covers it."""
    waivers = tuple(acknowledged)
    covered: list[tuple[Finding, str]] = []
    standing: list[Finding] = []
    for finding in findings:
        reasons = [each.reason for each in waivers if any(each.covers(TOOL, finding.full_rule, finding.where))]
        if reasons:
            covered.append((finding, reasons[0]))
        else:
            standing.append(finding)
    return Judged(tuple(standing), tuple(covered))
