"""What a bucket of the base deletes in time is deleted in time still."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gates.guard.facts.amounts import number
from pipeline.gates.guard.facts.texts import written
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="data",
    what="Whatever a lifecycle of the base deletes in a bucket, a rule of this release deletes, of as many objects",
    why="what had to be deleted is kept for ever, against what was promised (GDPR, Art. 5), and nothing fails",
    fix="leave the rule enabled and its filter no narrower; if more is to be kept, say in a waiver who decided it",
    models="A lifecycle rule with a prefix that no object has, disabled or removed",
    needs="nothing",
)
BUCKET = "AWS::S3::Bucket"
WHERE = "LifecycleConfiguration.Rules"
DEEDS = {
    "objects": (("ExpirationInDays",), ("ExpirationDate",)),
    "old versions": (("NoncurrentVersionExpiration", "NoncurrentDays"), ("NoncurrentVersionExpirationInDays",)),
    "uploads that nobody ended": (("AbortIncompleteMultipartUpload", "DaysAfterInitiation"),),
}
"""What rules delete, and where they say when (template reference of AWS::S3::Bucket, Rule)."""


@dataclass(frozen=True)
class Scope:
    """The objects that a rule is about: those with all of this. Without anything, all."""

    prefix: str
    tags: frozenset[tuple[str, str]]
    larger: float
    smaller: float

    def holds(self, other: "Scope") -> bool:
        """Whether it is about every object that the other one is about."""
        return (
            other.prefix.startswith(self.prefix)
            and self.tags <= other.tags
            and self.larger <= other.larger
            and self.smaller >= other.smaller
        )

    @property
    def told(self) -> str:
        """Itself in words."""
        tags = [f"{name}={value}" for name, value in sorted(self.tags)]
        return ", ".join(filter(None, (self.prefix, *tags))) or "everything"


def look(subject: Subject) -> Iterator[Looked]:
    """Each bucket that both have, and that deletes anything in the base."""
    for old in subject.of_base(BUCKET):
        new = subject.after(old)
        if new and new.type == old.type and listed(old.at("LifecycleConfiguration", "Rules")):
            yield looked(new, *_wrong(old, new))


def _wrong(old: Resource, new: Resource) -> Iterator[Wrong]:
    for what in DEEDS:
        after = list(_scopes(new, what))
        for scope in _scopes(old, what):
            if not any(now.holds(scope) for now in after):
                left = "; ".join(now.told for now in after) or "nothing"
                yield Wrong(f"{what} are kept for ever: was {scope.told}, is {left}", WHERE)


def _scopes(bucket: Resource, what: str) -> Iterator[Scope]:
    for rule in listed(bucket.at("LifecycleConfiguration", "Rules")):
        if at(rule, "Status") == "Enabled" and any(at(rule, *names) is not None for names in DEEDS[what]):
            yield _scope(rule)


def _scope(rule: Json) -> Scope:
    tags = {(written(at(tag, "Key")), written(at(tag, "Value"))) for tag in listed(at(rule, "TagFilters"))}
    larger, smaller = number(at(rule, "ObjectSizeGreaterThan")), number(at(rule, "ObjectSizeLessThan"))
    return Scope(
        written(at(rule, "Prefix")),
        frozenset(tags),
        0 if larger is None else larger,
        float("inf") if smaller is None else smaller,
    )
