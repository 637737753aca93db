"""No function may send what runs it."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.api import FUNCTION
from pipeline.gates.guard.facts.flows import flows, loop
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="events",
    what="No function may send to the queue, topic, bus or bucket that runs it, and Lambda stops it if it does",
    why="one event makes two, for ever, at the cost of all that it calls",
    fix="send to another queue, or waive it with what ends it for certain",
    models="P11: a function that publishes to its own queue",
    needs="every stage",
)
BRAKE = "RecursiveLoop"
"""Lambda stops a loop after sixteen rounds, unless this says Allow (Lambda developer guide, "Recursive loops")."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each function."""
    for stack in subject.candidate.stacks:
        edges = flows(stack)
        for function in stack.all(FUNCTION):
            yield looked(function, _feeds(function, loop(edges, function)), _unbraked(function))


def _feeds(function: Resource, way: list[str]) -> Wrong | None:
    if not way:
        return None
    return Wrong(f"it may run itself: {' → '.join((function.logical_id, *way))}", "Role")


def _unbraked(function: Resource) -> Wrong | None:
    return Wrong("Lambda would not stop it when it runs itself", BRAKE) if function.at(BRAKE) == "Allow" else None
