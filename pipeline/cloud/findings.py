"""Findings of cdk-nag, and which of them are acknowledged. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pipeline.cloud.acknowledged import Acknowledged

_LOGICAL_ID = re.compile(r"<[^<>]+>")


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

    @property
    def plain_rule(self) -> str:
        """The full rule with logical ids, which change with the templates, as `<…>`."""
        return _LOGICAL_ID.sub("<…>", self.full_rule)


@dataclass(frozen=True)
class Judged:
    """Findings that stand, findings that are acknowledged with the reason, and acknowledgements that match nothing."""

    open: tuple[Finding, ...]
    acknowledged: tuple[tuple[Finding, str], ...]
    unused: tuple[tuple[str, str], ...]


def judge(findings: Sequence[Finding], acknowledged: Iterable[Acknowledged]) -> Judged:
    """Every finding with the first acknowledgement that covers it; each (rule, where) that covers none is unused."""
    entries = [(rule, where, each.reason) for each in acknowledged for rule in each.rules for where in each.where]
    used: set[tuple[str, str]] = set()
    covered: list[tuple[Finding, str]] = []
    standing: list[Finding] = []
    for finding in findings:
        matching = [entry for entry in entries if _covers(entry[0], entry[1], finding)]
        used.update((rule, where) for rule, where, _ in matching)
        if matching:
            covered.append((finding, matching[0][2]))
        else:
            standing.append(finding)
    unused = tuple((rule, where) for rule, where, _ in entries if (rule, where) not in used)
    return Judged(tuple(standing), tuple(covered), unused)


def _covers(rule: str, where: str, finding: Finding) -> bool:
    return rule == finding.plain_rule and fnmatchcase(finding.where, where)
