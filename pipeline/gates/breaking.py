"""What a change takes away from the clients and readers of the base release: its contracts against ours."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.openapi.change import Change
from pipeline.gates.openapi.events import diff_event
from pipeline.gates.openapi.lines import line_of
from pipeline.gates.openapi.node import Json, UnreadableContract, mapped
from pipeline.gates.openapi.operations import METHODS, diff
from pipeline.gates.openapi.reading import parsed
from pipeline.gates.openapi.reasons import reason
from pipeline.gates.openapi.sunset import removed
from pipeline.gates.part import Part
from pipeline.record.verdict import Finding

FIRST_RELEASE = "not compared: there is no base release (SLIPWAY_BASE)"
PROMISE = Path("contracts/openapi.yaml")
EVENTS = Path("contracts/events")
SUFFIX = ".schema.json"

type Compare = Callable[[Json, Json, date], tuple[Change, ...]]
type Told = tuple[tuple[Finding, ...], tuple[Finding, ...]]
"""What breaks somebody, and what doesn't."""


def check_openapi(context: Context) -> Part:
    """Ours against the base release's OpenAPI document; `checked` counts the operations of the base."""
    release = context.base
    if release is None:
        return Part("openapi", 0, "operations", idle=FIRST_RELEASE)
    old = release / PROMISE
    if not old.is_file() and (release / "cdk.out").is_dir():
        return Part("openapi", 0, "operations", idle=f"the base release promised nothing: it has no {PROMISE}")
    if not old.is_file():
        raise GateBroke(f"the base release has no {PROMISE}: is SLIPWAY_BASE ({release}) its folder?")
    base = parsed(old)
    counted = sum(method in mapped(item) for item in mapped(mapped(base).get("paths")).values() for method in METHODS)
    if not counted:
        return Part("openapi", 0, "operations", idle="the base release promised no operations")
    findings, notes = compared(diff, base, context.root / PROMISE, str(PROMISE), context.today)
    return Part("openapi", counted, "operations", findings, notes)


def check_events(context: Context) -> Part:
    """Ours against the base release's event schemas; `checked` counts those of the base."""
    release = context.base
    if release is None:
        return Part("events", 0, "schemas", idle=FIRST_RELEASE)
    before = _schemas(release)
    if not before:
        return Part("events", 0, "schemas", idle="the base release promised no events")
    told = [
        compared(diff_event, parsed(old), context.root / EVENTS / name, str(EVENTS / name), context.today)
        for name, old in before.items()
    ]
    findings = tuple(finding for findings, _ in told for finding in findings)
    notes = [note for _, notes in told for note in notes]
    notes += [
        Finding(str(EVENTS / name), "event-added: this event is new", severity="note")
        for name in _schemas(context.root)
        if name not in before
    ]
    return Part("events", len(before), "schemas", findings, tuple(notes))


def _schemas(root: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted((root / EVENTS).glob(f"*{SUFFIX}"))}


def compared(compare: Compare, base: Json, ours: Path, shown: str, today: date) -> Told:
    """What a document of ours takes away, and what it adds. One that can't be read breaks everybody."""
    if not ours.is_file():
        return _told([removed("promise-removed", "this file is gone", mapped(base), "", today)], shown, "")
    try:
        new = parsed(ours)
        compare(new, new, today)
    except (GateBroke, UnreadableContract) as problem:
        return (Finding(f"{shown}:1", f"unreadable: {problem}", "mend the file"),), ()
    try:
        changes = compare(base, new, today)
    except UnreadableContract as problem:
        raise GateBroke(f"{shown} of the base release: {problem}") from problem
    return _told(changes, shown, ours.read_text(encoding="utf-8"))


def _told(changes: Iterable[Change], shown: str, text: str) -> Told:
    """The changes that break somebody, each at its line in our file (or the nearest that is left), and the others."""
    return tuple(_findings(changes, shown, text)), tuple(_notes(changes, shown))


def _findings(changes: Iterable[Change], shown: str, text: str) -> Iterator[Finding]:
    for change in changes:
        if change.breaking:
            whom, advice = reason(change.kind)
            what = f"{change.kind}: {change.what} (#{change.pointer}); {whom}"
            yield Finding(f"{shown}:{line_of(text, change.pointer)}", what, advice)


def _notes(changes: Iterable[Change], shown: str) -> Iterator[Finding]:
    """For who approves the release."""
    for change in changes:
        if not change.breaking:
            yield Finding(shown, f"{change.kind}: {change.what} (#{change.pointer})", severity="note")
