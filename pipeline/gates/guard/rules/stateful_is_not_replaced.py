"""No change makes CloudFormation replace what holds data, or what others know by its id."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.replacement import Replaced, replaced
from pipeline.gates.guard.facts.stateful import KNOWN_OUTSIDE
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="data",
    what="No property changes that can only be given when a resource is made, of what holds data or has an address",
    why="CloudFormation puts a new one in its place, which is empty and has another id",
    fix="leave the property; make a second one beside it, move the data over, and drop the old one a release later",
    models="I14: a partition key renamed; any create-only property of the CloudFormation registry's schemas",
    needs="nothing",
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each such resource that both have."""
    for old in subject.of_base(*KNOWN_OUTSIDE):
        new = subject.after(old)
        if new and new.type == old.type:
            yield looked(new, *(_wrong(old.type, each) for each in replaced(old, new)))


def _wrong(kind: str, change: Replaced) -> Wrong:
    verb = "replaces" if change.sure else "replaces, or can't be made of,"
    return Wrong(f"this change {verb} the {kind}: {changed(change.old, change.new)}", change.path)
