"""A rollout that fails, is stopped or is in alarm goes back by itself."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.rollout import GROUP
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed
from pipeline.gates.openapi.node import texts

ABOUT = About(
    kind="rollout",
    what="Each deployment group rolls back by itself on failure, on a stop and on an alarm",
    why="a bad version stays until somebody wakes up, and an alias left on two versions takes no further deployment",
    fix="give pipeline/cloud/service/rollout.py all three events of AutoRollbackConfig again",
    models="R04: auto rollback off, or without DEPLOYMENT_STOP_ON_ALARM",
    needs="every stage",
)
WHERE = "AutoRollbackConfiguration"
EVENTS = ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM")


def look(subject: Subject) -> Iterator[Looked]:
    """Each deployment group."""
    for group in subject.of_candidate(GROUP):
        yield looked(group, _disabled(group, subject.before(group)), *_missing(group))


def _disabled(group: Resource, old: Resource | None) -> Wrong | None:
    if group.at(WHERE, "Enabled") in (True, "true"):
        return None
    was = old.at(WHERE, "Enabled") if old else None
    return Wrong(f"it is not enabled: {changed(was, group.at(WHERE, 'Enabled'))}", f"{WHERE}.Enabled")


def _missing(group: Resource) -> Iterator[Wrong]:
    events = texts(group.at(WHERE, "Events"))
    for event in EVENTS:
        if event not in events:
            yield Wrong(f"nothing is rolled back on {event}", f"{WHERE}.Events")
