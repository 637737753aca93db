"""What holds data, or is known outside by its id, stays where it is, under its logical id."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.stateful import KNOWN_OUTSIDE
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="data",
    what="What holds data, or has an address that others know, stays in its stack under its logical id and type",
    why="CloudFormation takes a moved or renamed resource for two: one to delete and an empty one to make",
    fix="bring it back under its logical id (override_logical_id), or move it by import or refactoring and waive it",
    models="I18: a stateful resource moved to another stack, renamed or removed",
    needs="nothing",
)
LOGS = "AWS::Logs::LogGroup"
"""Past lines, which their team may have given up; what is in a queue is still to be done, whatever its policy says."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each such resource of the base."""
    for old in subject.of_base(*KNOWN_OUTSIDE):
        new = subject.after(old)
        yield looked(old, _gone(subject, old) if new is None else _other(old, new))


def _gone(subject: Subject, old: Resource) -> Wrong | Note:
    if old.type == LOGS and old.body.get("DeletionPolicy") == "Delete":
        told = f"this {old.type} is gone, with what was logged: the base release lets it go (DeletionPolicy)"
        return Note(told, fix="copy what somebody may still ask for before you approve it")
    moved = next(_looking_like(subject, old), None)
    told = f"; {moved.place} looks like it, and would be a new, empty one" if moved else ""
    return Wrong(f"this {old.type} is gone{told}")


def _other(old: Resource, new: Resource) -> Wrong | None:
    if new.type != old.type:
        return Wrong(f"its type changed: {changed(old.type, new.type)}", "Type")
    before, after = old.body.get("Condition"), new.body.get("Condition")
    if after != before and after is not None:
        return Wrong(f"it is there only under a condition now: {changed(before, after)}", "Condition")
    return None


def _looking_like(subject: Subject, old: Resource) -> Iterator[Resource]:
    """The candidate's new resources that look like `old` did, by id, path or properties; its own stage's come first."""
    new = [each for each in subject.of_candidate(old.type) if subject.before(each) is None]
    alike = [each for each in new if _alike(each, old)]
    yield from sorted(alike, key=lambda each: each.stage != old.stage)


def _alike(new: Resource, old: Resource) -> bool:
    same_path = bool(old.path) and new.path == old.path
    return new.logical_id == old.logical_id or same_path or new.properties == old.properties
