"""What a change takes away from the clients and readers of the base release: its contracts against ours."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.openapi.change import Change
from pipeline.gates.openapi.events import diff_event
from pipeline.gates.openapi.lines import line_of
from pipeline.gates.openapi.node import Json, UnreadableContract, mapped
from pipeline.gates.openapi.operations import METHODS, diff
from pipeline.gates.part import Part
from pipeline.record.verdict import Finding

FIRST_RELEASE = "not compared: there is no base release (SLIPWAY_BASE)"
PROMISE = Path("contracts/openapi.yaml")
EVENTS = Path("contracts/events")
SUFFIX = ".schema.json"
FIX = "add instead of changing; take the old away when no client of it is left"


def check_openapi(context: Context) -> Part:
    """Ours against the base release's OpenAPI document; `checked` counts the operations of the base."""
    if context.base is None:
        return Part("openapi", 0, "operations", idle=FIRST_RELEASE)
    old = context.base / PROMISE
    if not old.is_file() and (context.base / "cdk.out").is_dir():
        return Part("openapi", 0, "operations", idle=f"the base release promised nothing: it has no {PROMISE}")
    if not old.is_file():
        raise GateBroke(f"the base release has no {PROMISE}: is SLIPWAY_BASE ({context.base}) its folder?")
    base = parsed(old)
    counted = sum(method in mapped(item) for item in mapped(mapped(base).get("paths")).values() for method in METHODS)
    if not counted:
        return Part("openapi", 0, "operations", idle="the base release promised no operations")
    findings, notes = compared(diff, base, context.root / PROMISE, str(PROMISE))
    return Part("openapi", counted, "operations", findings, notes)


def check_events(context: Context) -> Part:
    """Ours against the base release's event schemas; `checked` counts those of the base."""
    if context.base is None:
        return Part("events", 0, "schemas", idle=FIRST_RELEASE)
    before = {path.name: path for path in sorted((context.base / EVENTS).glob(f"*{SUFFIX}"))}
    if not before:
        return Part("events", 0, "schemas", idle="the base release promised no events")
    told = [
        compared(diff_event, parsed(old), context.root / EVENTS / name, str(EVENTS / name))
        for name, old in before.items()
    ]
    findings = tuple(finding for findings, _ in told for finding in findings)
    return Part("events", len(before), "schemas", findings, tuple(note for _, notes in told for note in notes))


def compared(
    compare: Callable[[Json, Json], tuple[Change, ...]], base: Json, ours: Path, shown: str
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What breaks somebody and what doesn't. A promise of ours that is gone or can't be read breaks everybody."""
    if not ours.is_file():
        return (Finding(f"{shown}:1", "promise-removed: this file is gone", FIX),), ()
    try:
        new = parsed(ours)
        compare(new, new)
    except (GateBroke, UnreadableContract) as problem:
        return (Finding(f"{shown}:1", f"unreadable: {problem}", "mend the file"),), ()
    try:
        changes = compare(base, new)
    except UnreadableContract as problem:
        raise GateBroke(f"{shown} of the base release: {problem}") from problem
    return findings_in(changes, shown, ours.read_text()), added(changes, shown)


def findings_in(changes: Iterable[Change], shown: str, text: str) -> tuple[Finding, ...]:
    """The changes that break somebody, each at its line in our file (or the nearest that is left of it)."""
    return tuple(
        Finding(f"{shown}:{line_of(text, change.pointer)}", f"{change.kind}: {change.what} (#{change.pointer})", FIX)
        for change in changes
        if change.breaking
    )


def added(changes: Iterable[Change], shown: str) -> tuple[Finding, ...]:
    """The changes that break nobody, for who approves the release."""
    return tuple(
        Finding(shown, f"{change.kind}: {change.what} (#{change.pointer})", severity="note")
        for change in changes
        if not change.breaking
    )


def parsed(path: Path) -> Json:
    """The document in `path`, YAML or JSON by its ending; GateBroke if it is neither."""
    try:
        text = path.read_text(encoding="utf-8")
        document: Json = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)
    except (OSError, ValueError, yaml.YAMLError) as problem:
        raise GateBroke(f"{path} can't be read: {problem}") from problem
    return document
