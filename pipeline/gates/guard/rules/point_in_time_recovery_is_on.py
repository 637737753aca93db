"""Every table can be brought back as it was at any second."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_less, is_on
from pipeline.gates.guard.facts.tables import TABLES, copies
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="data",
    what="Point-in-time recovery is on for every table, for no fewer days than the base has",
    why="what a bad release writes or deletes could not be taken back, and turning it on again starts from nothing",
    fix="turn point_in_time_recovery on, for the 35 days that DynamoDB takes if nothing is said",
    models="I13: point-in-time recovery off",
    needs="every stage",
)
SPECIFICATION = "PointInTimeRecoverySpecification"
DAYS = 35
"""What DynamoDB keeps if nothing is said (template reference, RecoveryPeriodInDays)."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each table."""
    for table in subject.of_candidate(*TABLES):
        old = subject.before(table)
        before = dict(copies(old)) if old else {}
        yield looked(
            table, *(wrong for where, copy in copies(table) for wrong in _wrong(table, where, copy, before.get(where)))
        )


def _wrong(table: Resource, where: str, copy: Json, old: Json) -> Iterator[Wrong]:
    value = at(copy, SPECIFICATION, "PointInTimeRecoveryEnabled")
    if not is_on(value):
        was = at(old, SPECIFICATION, "PointInTimeRecoveryEnabled")
        yield Wrong(
            f"{table.type} can't be brought back: {changed(was, value)}",
            f"{where}{SPECIFICATION}.PointInTimeRecoveryEnabled",
        )
    days, had = at(copy, SPECIFICATION, "RecoveryPeriodInDays"), at(old, SPECIFICATION, "RecoveryPeriodInDays")
    if is_less(days, had if old else days, DAYS):
        yield Wrong(f"fewer days to bring back: {changed(had, days)}", f"{where}{SPECIFICATION}.RecoveryPeriodInDays")
