"""What no canary tries is told to who approves it."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.twins import Twin
from pipeline.gates.guard.facts.uncanaried import rolled_out, uncanaried
from pipeline.gates.guard.rule import About, Looked, Note
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="non-canaried",
    what="Who approves a release knows what of it waits for no rollout",
    why="it counts for the old version as well, and no canary, hook or alarm takes it back",
    fix="expand first and contract a release later; look at what changed in the stage before",
    models="Changes of roles, tables, the API, reserved concurrency or tags, which make no version",
    needs="nothing",
)
NAMED = 4
"""Resources that a note names."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each stack of a stage that both have. What several stages have alike is noted once, at the last of them."""
    told: dict[Change, list[Stack]] = {}
    stacks = [(before, stack) for stack in subject.candidate.of_stages() if (before := subject.stack_before(stack))]
    for before, stack in stacks:
        for change in _changes(before, stack):
            told.setdefault(change, []).append(stack)
    for _, stack in stacks:
        notes = (_note(change, there) for change, there in told.items() if there[-1] is stack)
        yield Looked(stack.stage, stack.name, notes=tuple(notes))


@dataclass(frozen=True)
class Change:
    """A kind of what changes, with the names of all that does, and whether a rollout goes on beside it."""

    kind: str
    names: tuple[str, ...]
    beside: bool


def _changes(before: Stack, after: Stack) -> Iterator[Change]:
    found: dict[str, list[str]] = {}
    twin = Twin(after, environment=None)
    for kind, resource in uncanaried(before, after):
        found.setdefault(kind, []).append(twin.key(resource).removesuffix("/Resource"))
    beside = bool(rolled_out(before, after))
    return (Change(kind, tuple(names), beside) for kind, names in found.items())


def _note(change: Change, stacks: list[Stack]) -> Note:
    where = ", ".join(stack.stage for stack in stacks)
    named = ", ".join(change.names[:NAMED])
    more = f" and {len(change.names) - NAMED:,} more" if len(change.names) > NAMED else ""
    shift = "before any version shifts" if change.beside else "and no version does"
    return Note(f"{change.kind} change in {where} {shift} ({len(change.names):,}): {named}{more}")
