"""What a gate saw, before anybody judges it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.gates.part import Part
from pipeline.record.verdict import Finding


@dataclass(frozen=True)
class Evidence:
    """The figures, findings and failures of one gate.

    `measured` holds a value for each measure that the plan limits; a measure that could not be taken stands in
    `unmeasured` with its reason, which is only accepted when something else already refuses the change. `broken` are
    sentences about our own failures.
    """

    summary: str
    checked: int
    checked_what: str
    measured: Mapping[str, float]
    unmeasured: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    broken: tuple[str, ...] = ()
    details: str = ""
    parts: tuple[Part, ...] = ()


def findings_of(parts: Iterable[Part]) -> tuple[Finding, ...]:
    """All findings, in the order of the tools."""
    return tuple(finding for part in parts for finding in part.findings)


def warnings_of(parts: Iterable[Part]) -> tuple[Finding, ...]:
    """All warnings, in the order of the tools."""
    return tuple(warning for part in parts for warning in part.warnings)


def broken_of(parts: Iterable[Part]) -> tuple[str, ...]:
    """What went wrong on our side, each with its tool's name."""
    return tuple(f"{part.tool}: {part.broken}" for part in parts if part.broken)
