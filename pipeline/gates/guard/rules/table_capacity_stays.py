"""A table serves no less than the base's does, and an index no less than its table."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_less
from pipeline.gates.guard.facts.tables import TABLE, TABLES, indexes
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed, said
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="data",
    what="Billing mode, class and most units of a table and its indexes are no less than in the base",
    why="requests beyond it are refused at once, for all versions; a full index holds up the writes of its table",
    fix="leave the capacity; lower it only with figures of what is used, and waive this with them",
    models="A table's throughput cut beneath a running service; write throttling by an index",
    needs="nothing",
)
UNITS = (
    ("OnDemandThroughput", "MaxReadRequestUnits"),
    ("OnDemandThroughput", "MaxWriteRequestUnits"),
    ("ProvisionedThroughput", "ReadCapacityUnits"),
    ("ProvisionedThroughput", "WriteCapacityUnits"),
)
MODE, CLASS = ("BillingMode", "PROVISIONED"), ("TableClass", "STANDARD")
"""What a table has if nothing is said."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each table that the base has, too, and each new one's indexes."""
    for table in subject.of_candidate(*TABLES):
        old = subject.before(table)
        if old and old.type == table.type:
            yield looked(table, *_changed(old, table), *_held_up(table))
        else:
            yield looked(table, *_held_up(table))


def _changed(old: Resource, new: Resource) -> Iterator[Wrong]:
    for name, default in (MODE, CLASS):
        was, now = old.at(name) or default, new.at(name) or default
        if was != now:
            yield Wrong(f"it is served otherwise: {changed(was, now)}", name)
    yield from _lower(old.properties, new.properties, "")
    before = indexes(old)
    for name, index in indexes(new).items():
        if name in before:
            yield from _lower(before[name], index, f"GlobalSecondaryIndexes.{name}.")


def _lower(old: Json, new: Json, place: str) -> Iterator[Wrong]:
    for names in UNITS:
        was, now = at(old, *names), at(new, *names)
        if is_less(now, was) or (was is None and now is not None and names[0] == "OnDemandThroughput"):
            yield Wrong(f"fewer units than before: {changed(was, now)}", f"{place}{'.'.join(names)}")


def _held_up(table: Resource) -> Iterator[Wrong]:
    """Indexes that can take fewer writes than their table is let write."""
    if table.type != TABLE:
        return
    for group, name in UNITS:
        if "Write" in name:
            for index, settings in indexes(table).items():
                if is_less(at(settings, group, name), table.at(group, name)):
                    most = f"{said(at(settings, group, name))}, and the table {said(table.at(group, name))}"
                    yield Wrong(
                        f"an index takes fewer writes than its table: {most}",
                        f"GlobalSecondaryIndexes.{index}.{group}.{name}",
                    )
