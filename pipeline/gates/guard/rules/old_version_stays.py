"""The version that a rollout leaves is kept, to go back to."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.rollout import VERSION
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="rollout",
    what="A version of a function outlives the template that made it",
    why="CloudFormation deletes the version that traffic has just left, and there is nothing to roll back to",
    fix="make versions with the removal policy RETAIN (pipeline/cloud/service/versioned_function.py)",
    models="Rollback safety: old versions deleted with the release that replaces them",
    needs="every stage",
)
POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


def look(subject: Subject) -> Iterator[Looked]:
    """Each version of a function."""
    for version in subject.of_candidate(VERSION):
        yield looked(version, *_wrong(version, subject.before(version)))


def _wrong(version: Resource, old: Resource | None) -> Iterator[Wrong]:
    for policy in POLICIES:
        if version.body.get(policy) != "Retain":
            was = old.body.get(policy) if old else None
            yield Wrong(f"it goes with its template: {changed(was, version.body.get(policy))}", policy)
