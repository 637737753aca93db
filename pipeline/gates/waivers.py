"""Findings that the team lives with, as the gates hold their tools to the list (`pipeline.plan.waivers`).

A waiver that has ended or that nothing needs any more is itself a finding: the list holds only what is true today.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import filterfalse
from pathlib import Path

from pipeline.gates.context import GateBroke
from pipeline.gates.part import Part
from pipeline.plan import waivers
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.waivers import BadWaivers, Waiver
from pipeline.record.verdict import Finding

FILE = Path(waivers.FILE)
SPOKEN = frozenset({"cdk-nag"})
"""Tools whose rules have spaces in their names: a colon stands behind them."""
LONGEST = timedelta(days=400)
"""For how long a waiver may be given: a year, and time to look at it again."""
PLACED = frozenset({"guard"})
"""Tools that tell more of a place behind its first word."""


def read(root: Path) -> tuple[Waiver, ...]:
    """The waivers of the source; GateBroke if the file is not what it should be."""
    path = root / FILE
    if not path.exists():
        return ()
    try:
        return waivers.read(path.read_text(), DELIVERY)
    except (BadWaivers, UnicodeDecodeError) as problem:
        raise GateBroke(f"{FILE}: {problem}") from problem


def released(known: Iterable[Waiver], base: Path | None) -> tuple[Waiver, ...]:
    """The waivers as far as the release in the folder `base` has them, rule by rule and place by place: no change
    excuses itself, so one comes a release before what it is for. All of them where nothing is released yet.

    The base's source lies in `source`, or in the folder itself. One without a list that can be read has waived nothing.
    """
    if base is None:
        return tuple(known)
    try:
        earlier = read(base / "source" if (base / "source").is_dir() else base)
    except GateBroke:
        earlier = ()
    there = {(one.tool, rule, pattern) for one in earlier for rule in one.rule for pattern in one.where}
    return tuple(
        replace(one, rule=(rule,), where=where)
        for one in known
        for rule in one.rule
        if (where := tuple(pattern for pattern in one.where if (one.tool, rule, pattern) in there))
    )


def waiting(known: Iterable[Waiver], valid: Iterable[Waiver]) -> tuple[Finding, ...]:
    """Those of `known` that are not among the `valid` ones yet, told to whoever approves."""
    counts = {(one.tool, rule, pattern) for one in valid for rule in one.rule for pattern in one.where}
    return tuple(
        Finding(
            str(FILE),
            f"the waiver of {one.tool} {rule} at {pattern} is new: it counts once it is released, and not before",
            f"release it by itself, and then what it is for ({one.owner})",
            "note",
        )
        for one in known
        for rule in one.rule
        for pattern in one.where
        if (one.tool, rule, pattern) not in counts
    )


def rule_of(tool: str, finding: Finding) -> str:
    """The rule that a finding is about: the first word of what it says, or what stands before its first colon."""
    return finding.what.partition(": ")[0] if tool in SPOKEN else finding.what.split(maxsplit=1)[0]


def place_of(tool: str, finding: Finding) -> str:
    """Where a finding is, as waivers name it."""
    return finding.where.split(maxsplit=1)[0] if tool in PLACED else finding.where


def spare(part: Part, waivers: Iterable[Waiver], today: date) -> Part:
    """The part with what is waived today set aside, so that only what still speaks against the change is left."""
    valid = [waiver for waiver in waivers if waiver.expires >= today]

    def is_waived(finding: Finding) -> bool:
        rule = rule_of(part.tool, finding)
        return any(any(waiver.covers(part.tool, rule, place_of(part.tool, finding))) for waiver in valid)

    waived = tuple(filter(is_waived, part.findings))
    return replace(part, findings=tuple(filterfalse(is_waived, part.findings)), waived=waived)


def loose(waivers: Iterable[Waiver], today: date) -> tuple[Finding, ...]:
    """Those that speak of every place there is, so of what nobody has seen yet, and those that hardly ever end."""
    waivers = tuple(waivers)
    everywhere = [
        _finding(
            waiver, waiver.rule, f"waives it at {pattern}, which is everywhere", "name the places that you have seen"
        )
        for waiver in waivers
        for pattern in waiver.where
        if not pattern.strip("*?[]!/:.")
    ]
    endless = [
        _finding(waiver, waiver.rule, f"lasts until {waiver.expires}", f"let it end within {LONGEST.days} days")
        for waiver in waivers
        if waiver.expires > today + LONGEST
    ]
    return (*everywhere, *endless)


def wrong(parts: Iterable[Part], waivers: Iterable[Waiver], today: date) -> tuple[Finding, ...]:
    """What is wrong with the waivers themselves: those that have ended, and those that nothing needs at some place.

    A waiver of a tool that could not be trusted is left alone: nobody knows whether it is still needed.
    """
    parts, waivers = tuple(parts), tuple(waivers)
    ended = [
        _finding(
            waiver, waiver.rule, f"ended on {waiver.expires}", "mend what it waives, or say why it may last longer"
        )
        for waiver in waivers
        if waiver.expires < today
    ]
    trusted = {part.tool for part in parts} - {part.tool for part in parts if part.broken}
    used = {
        (waiver, *match)
        for part in parts
        for finding in part.waived
        for waiver in waivers
        for match in waiver.covers(part.tool, rule_of(part.tool, finding), place_of(part.tool, finding))
    }
    unused = [
        _finding(waiver, (rule,), f"waives nothing at {pattern}", "remove it")
        for waiver in waivers
        if waiver.expires >= today and waiver.tool in trusted
        for rule in waiver.rule
        for pattern in waiver.where
        if (waiver, rule, pattern) not in used
    ]
    return (*ended, *unused)


def _finding(waiver: Waiver, rules: tuple[str, ...], what: str, fix: str) -> Finding:
    text = f"the waiver of {waiver.tool} {', '.join(rules)} {what}"
    return Finding(str(FILE), text, f"{fix} ({waiver.owner})", "high")
