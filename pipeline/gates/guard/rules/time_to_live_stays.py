"""When a table's items expire does not change under them."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_on
from pipeline.gates.guard.facts.tables import TABLES
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="data",
    what="The attribute by which items of a table expire is the one that the base has, or neither has one",
    why="items that were to last vanish within days, or those that were to vanish stay for ever",
    fix="leave it; write the new attribute beside the old one for a release, look at what would expire, and waive it",
    models="M04: time to live; items that are deleted or kept by one line of a template",
    needs="nothing",
)
SPECIFICATION = "TimeToLiveSpecification"


def look(subject: Subject) -> Iterator[Looked]:
    """Each table that both have."""
    for old in subject.of_base(*TABLES):
        new = subject.after(old)
        if new and new.type == old.type:
            yield looked(new, _wrong(_expires_by(old), _expires_by(new)))


def _expires_by(table: Resource) -> Json:
    return table.at(SPECIFICATION, "AttributeName") if is_on(table.at(SPECIFICATION, "Enabled")) else None


def _wrong(old: Json, new: Json) -> Wrong | None:
    return None if old == new else Wrong(f"items expire by another attribute: {changed(old, new)}", SPECIFICATION)
