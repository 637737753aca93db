"""Tables, user pools and databases refuse to be deleted."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_on
from pipeline.gates.guard.facts.tables import TABLES, copies
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="data",
    what="Deletion protection is on for every table, user pool and database",
    why="it is the last that stands between one wrong call, or a replacement, and everything that is in there",
    fix="turn deletion protection on (settings.deletion_protection in pipeline/plan/delivery.py)",
    models="I11: a table that may be destroyed",
    needs="every stage",
)
POOL = "AWS::Cognito::UserPool"
DATABASES = (
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::RDS::GlobalCluster",
    "AWS::DocDB::DBCluster",
    "AWS::Neptune::DBCluster",
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each table, pool and database."""
    for resource in subject.of_candidate(*TABLES, POOL, *DATABASES):
        old = subject.before(resource)
        yield looked(resource, *_wrong(resource, old))


def _wrong(resource: Resource, old: Resource | None) -> Iterator[Wrong]:
    for where, value in _switches(resource):
        if not (value == "ACTIVE" or is_on(value)):
            was = at(old.properties, *_names(where)) if old else None
            yield Wrong(f"deletion protection is off: {changed(was, value)}", where)


def _switches(resource: Resource) -> Iterator[tuple[str, Json]]:
    if resource.type in TABLES:
        for place, copy in copies(resource):
            yield f"{place}DeletionProtectionEnabled", at(copy, "DeletionProtectionEnabled")
    else:
        yield "DeletionProtection", resource.at("DeletionProtection")


def _names(where: str) -> list[str | int]:
    return [int(name) if name.isdigit() else name for name in where.split(".")]
