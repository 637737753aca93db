"""Nothing in a bucket is deleted sooner than in the base."""

from collections.abc import Iterator, Mapping

from pipeline.gates.guard.facts.amounts import number
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="data",
    what="The lifecycle of a bucket deletes or archives objects and old versions no sooner than the base's does",
    why="S3 deletes what has become too old within a day, and what the law wants kept is gone",
    fix="leave the days; if less is to be kept, say in a waiver who decided it",
    models="A lifecycle rule added or shortened beneath data that is there",
    needs="nothing",
)
BUCKET = "AWS::S3::Bucket"
FOR_EVER = float("inf")
ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
"""The storage classes whose objects nobody can read before they are restored, which takes hours (S3 user guide,
"Working with archived objects"). Intelligent-Tiering has such tiers, too, where a configuration asks for them."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each bucket that both have."""
    for old in subject.of_base(BUCKET):
        new = subject.after(old)
        if new and new.type == old.type:
            yield looked(new, *_wrong(old, new))


def _wrong(old: Resource, new: Resource) -> Iterator[Wrong]:
    before, after = _ends(old), _ends(new)
    for what, days in after.items():
        if days < before[what]:
            told = changed(_told(before[what]), _told(days))
            yield Wrong(f"{what} sooner: {told}", "LifecycleConfiguration.Rules")


def _ends(bucket: Resource) -> Mapping[str, float]:
    """After how many days what happens, by the rule that does it first; a date, or what can't be known, is at once."""
    rules = [rule for rule in listed(bucket.at("LifecycleConfiguration", "Rules")) if at(rule, "Status") == "Enabled"]
    moves = [
        move
        for rule in rules
        for move in (*listed(at(rule, "Transitions")), at(rule, "Transition"))
        if at(move, "StorageClass") in ARCHIVES
    ]
    said: dict[str, list[Json]] = {
        "objects are deleted": [at(rule, name) for rule in rules for name in ("ExpirationInDays", "ExpirationDate")],
        "old versions are deleted": [
            at(rule, *names)
            for rule in rules
            for names in (("NoncurrentVersionExpiration", "NoncurrentDays"), ("NoncurrentVersionExpirationInDays",))
        ],
        "objects are archived": [
            *(at(move, "TransitionInDays") or at(move, "TransitionDate") or "at once" for move in moves),
            *(at(tier, "Days") or "at once" for tier in _tiers(bucket)),
        ],
    }
    return {what: _first(values) for what, values in said.items()}


def _tiers(bucket: Resource) -> Iterator[Json]:
    """The tiers of Intelligent-Tiering from which nothing is read at once: all that a configuration may name."""
    for told in listed(bucket.at("IntelligentTieringConfigurations")):
        if at(told, "Status") == "Enabled":
            yield from listed(at(told, "Tierings"))


def _first(values: list[Json]) -> float:
    return min((number(value) or 0 for value in values if value is not None), default=FOR_EVER)


def _told(days: float) -> Json:
    return "for ever" if days == FOR_EVER else f"{days:g} days"
