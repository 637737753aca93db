"""What holds data is kept when its stack lets go of it."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.stateful import KEPT, REFILLED, SNAPSHOTS
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said

ABOUT = About(
    kind="data",
    what="What holds data has the deletion and update-replace policy Retain, or Snapshot where there can be one",
    why="one line that drops or replaces it would delete what nobody can make again",
    fix="give the construct removal_policy=RemovalPolicy.RETAIN, which sets both policies",
    models="I10, I11: RemovalPolicy DESTROY of a key or a table",
    needs="every stage",
)
POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
DEFAULT = "Delete"
"""What CloudFormation does where a resource says nothing."""
_RANK = {"Delete": 0, "Snapshot": 1, "RetainExceptOnCreate": 2, "Retain": 2}


def look(subject: Subject) -> Iterator[Looked]:
    """Each resource that is kept, and of those that may go the ones that the base kept better."""
    for resource in subject.of_candidate(*KEPT):
        yield looked(resource, *(_not_kept(resource, policy) for policy in POLICIES))
    for resource in subject.of_candidate(*REFILLED):
        if (old := subject.before(resource)) and old.type == resource.type:
            yield looked(resource, *(_less_kept(old, resource, policy) for policy in POLICIES))


def _not_kept(resource: Resource, policy: str) -> Wrong | None:
    value = _policy(resource, policy)
    if _RANK.get(value, 0) == _RANK["Retain"] or (value == "Snapshot" and resource.type in SNAPSHOTS):
        return None
    return Wrong(f"this {resource.type} is not kept: its {policy} is {value}", policy)


def _less_kept(old: Resource, new: Resource, policy: str) -> Wrong | None:
    before, after = _policy(old, policy), _policy(new, policy)
    if _RANK.get(after, 0) >= _RANK.get(before, 0):
        return None
    return Wrong(f"this {new.type} is no longer kept: {changed(before, after)}", policy)


def _policy(resource: Resource, policy: str) -> str:
    return said(resource.body.get(policy) or DEFAULT)
