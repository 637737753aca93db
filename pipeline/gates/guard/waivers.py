"""Findings of the guard that the team lives with: each with its rule, resources, reason, owner and the day it ends.

`waivers.toml` is data. A waiver that has ended, or that nothing needs any more at one of its resources, is itself a
finding: the list holds only what is true today.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from itertools import filterfalse
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import GateBroke
from pipeline.gates.part import Part
from pipeline.record.verdict import Finding

FILE = Path("pipeline/gates/guard/waivers.toml")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Waiver:
    """Findings of `rule` on what matches one of `resource` (`prod/orders:OperationsLive*`, as file names match).

    `owner` is the team that answers for it.
    """

    rule: str
    resource: tuple[str, ...]
    reason: str
    owner: str
    expires: date

    def covers(self, finding: Finding) -> str | None:
        """The pattern that matches the finding, or None. Its rule and its resource are its first words."""
        if finding.what.split(maxsplit=1)[0] != self.rule:
            return None
        place = finding.where.split(maxsplit=1)[0]
        return next((pattern for pattern in self.resource if fnmatchcase(place, pattern)), None)


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class _File:
    waiver: tuple[Waiver, ...] = ()


_FILE = TypeAdapter(_File)


def read(root: Path) -> tuple[Waiver, ...]:
    """The waivers of the source; GateBroke if the file is not what it should be."""
    path = root / FILE
    if not path.exists():
        return ()
    try:
        waivers = _FILE.validate_python(tomllib.loads(path.read_text())).waiver
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise GateBroke(f"{FILE}: {problem}") from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        raise GateBroke(f"{FILE}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from problem
    bare = [waiver.rule for waiver in waivers if len(waiver.reason.split()) < 3 or not waiver.owner.strip()]
    if bare:
        raise GateBroke(f"{FILE}: {', '.join(bare)}: a reason is a sentence, and an owner a name")
    return waivers


def spare(part: Part, waivers: Iterable[Waiver], today: date) -> Part:
    """The part with what is waived today set aside, so that only what still speaks against the change is left."""
    valid = [waiver for waiver in waivers if waiver.expires >= today]

    def is_waived(finding: Finding) -> bool:
        return any(waiver.covers(finding) for waiver in valid)

    waived = tuple(filter(is_waived, part.findings))
    return replace(part, findings=tuple(filterfalse(is_waived, part.findings)), waived=waived)


def wrong(parts: Iterable[Part], waivers: Iterable[Waiver], today: date) -> tuple[Finding, ...]:
    """What is wrong with the waivers themselves: those that have ended, and those that nothing needs somewhere.

    Where a part could not be trusted nobody knows whether a waiver is still needed: then none is called unused.
    """
    parts, waivers = tuple(parts), tuple(waivers)
    ended = [
        _finding(
            waiver, f"ended on {waiver.expires}", f"mend what it waives, or let {waiver.owner} say why it may last"
        )
        for waiver in waivers
        if waiver.expires < today
    ]
    if any(part.broken for part in parts):
        return tuple(ended)
    used = {(waiver, waiver.covers(finding)) for part in parts for finding in part.waived for waiver in waivers}
    unused = [
        _finding(waiver, f"waives nothing at {pattern}", "remove it")
        for waiver in waivers
        if waiver.expires >= today
        for pattern in waiver.resource
        if (waiver, pattern) not in used
    ]
    return (*ended, *unused)


def _finding(waiver: Waiver, what: str, fix: str) -> Finding:
    return Finding(str(FILE), f"the waiver of {waiver.rule} {what}", fix)
