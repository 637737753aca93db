"""Nothing in a bucket is deleted sooner than in the base."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import number
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="data",
    what="The lifecycle of a bucket deletes objects and old versions of them no sooner than the base's does",
    why="S3 deletes what has become too old within a day, and what the law wants kept is gone",
    fix="leave the days; if less is to be kept, say in a waiver who decided it",
    models="A lifecycle rule added or shortened beneath data that is there",
    needs="nothing",
)
BUCKET = "AWS::S3::Bucket"
FOR_EVER = float("inf")
DELETIONS = (
    ("objects", (("ExpirationInDays",), ("ExpirationDate",))),
    (
        "old versions",
        (
            ("NoncurrentVersionExpiration", "NoncurrentDays"),
            ("NoncurrentVersionExpirationInDays",),
        ),
    ),
)
"""What rules delete, and where they say after how many days."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each bucket that both have."""
    for old in subject.of_base(BUCKET):
        new = subject.after(old)
        if new and new.type == old.type:
            yield looked(new, *_wrong(old, new))


def _wrong(old: Resource, new: Resource) -> Iterator[Wrong]:
    for what, places in DELETIONS:
        before, after = _days(old, places), _days(new, places)
        if after < before:
            yield Wrong(
                f"{what} are deleted sooner: {changed(_told(before), _told(after))}", "LifecycleConfiguration.Rules"
            )


def _days(bucket: Resource, places: tuple[tuple[str, ...], ...]) -> float:
    """The fewest days that any of its rules says; a date, or what can't be known, is none at all."""
    rules = [rule for rule in listed(bucket.at("LifecycleConfiguration", "Rules")) if at(rule, "Status") == "Enabled"]
    said = [value for rule in rules for place in places if (value := at(rule, *place)) is not None]
    return min((number(value) or 0 for value in said), default=FOR_EVER)


def _told(days: float) -> Json:
    return "for ever" if days == FOR_EVER else f"{days:g} days"
