"""Events as lines that a person can compare: no times, no digests, nothing that differs from run to run."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import groupby

from pipeline.record.events import (
    ActionFinished,
    ActionStarted,
    ChangeSetPrepared,
    Event,
    Noted,
    RolloutSample,
    StageFinished,
    StageStarted,
)

_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_UNTOLD = frozenset({"stage", "kind", "world_seconds", "seconds", "last_lines"})


def told(events: Iterable[Event]) -> Iterator[str]:
    """One line for each event; actions that start side by side stand in the order of their names."""
    lines = (line for event in events for line in _lines(event))
    for starts, group in groupby(lines, key=lambda line: line.startswith("  start ")):
        together = list(group)
        yield from sorted(together) if starts else together


def _lines(event: Event) -> Iterator[str]:
    match event:
        case StageStarted():
            yield f"stage {event.stage}"
        case StageFinished():
            yield f"stage {event.stage}: {event.outcome}"
        case ActionStarted():
            yield f"  start {event.action}"
        case ActionFinished():
            parts = [str(event.outcome), event.summary, event.reason]
            yield f"  end {event.action}: " + " | ".join(part for part in parts if part)
        case ChangeSetPrepared():
            yield f"    change set of {event.stack}"
            for change in event.changes:
                parts = [change.action, change.logical_id, change.resource_type, change.because]
                yield "      " + " ".join(filter(None, parts)) + (" (holds data)" if change.stateful else "")
            yield from (f"      wider: {line}" for line in event.iam_wider)
            yield from (f"      not canaried: {line}" for line in event.not_canaried)
        case RolloutSample():
            counts = f"new {event.requests_new}, failed {event.failed_new}, old {event.requests_old}"
            yield f"    rollout-sample {event.deployment} at {event.weight:g} %: {counts}"
        case Noted():
            yield f"    noted {event.text}"
        case _:
            yield _DIGEST.sub("<digest>", f"    {event.kind} {_values(event)}")


def _values(event: Event) -> str:
    named = ((item.name, getattr(event, item.name)) for item in fields(event) if item.name not in _UNTOLD)
    nothing: tuple[object, ...] = ("", None, (), {})
    told = (f"{name} {value}" for name, value in named if value not in nothing and (name, value) != ("dirty", False))
    return ", ".join(told)
