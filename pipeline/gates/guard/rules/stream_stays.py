"""What a table or a stream tells of its changes goes on."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_less
from pipeline.gates.guard.facts.tables import TABLES
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="data",
    what="A table's stream shows as much as in the base, and a stream keeps its records as long",
    why="another view type is another, empty stream: events on their way are lost, and consumers wait at the old one",
    fix="leave the stream; let a new consumer read what is there, or drain it and waive this",
    models="Data on its way to consumers lost by one line of a template",
    needs="nothing",
)
KINESIS = "AWS::Kinesis::Stream"
HOURS = 24
"""What Kinesis keeps if nothing is said."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each table with a stream, and each stream, that both have."""
    for old in subject.of_base(*TABLES, KINESIS):
        new = subject.after(old)
        if new and new.type == old.type:
            yield looked(new, *(_kinesis(old, new) if old.type == KINESIS else _table(old, new)))


def _table(old: Resource, new: Resource) -> Iterator[Wrong]:
    for where in ("StreamSpecification", "KinesisStreamSpecification"):
        was, now = old.at(where), new.at(where)
        if was is not None and was != now:
            yield Wrong(f"its stream is another: {changed(was, now)}", where)


def _kinesis(old: Resource, new: Resource) -> Iterator[Wrong]:
    was, now = old.at("RetentionPeriodHours"), new.at("RetentionPeriodHours")
    if is_less(now, was, HOURS):
        yield Wrong(f"records are kept for fewer hours: {changed(was, now)}", "RetentionPeriodHours")
