"""A build ends, and soon."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import PROJECT
from pipeline.gates.guard.facts.gates import gates_of
from pipeline.gates.guard.facts.journey import journeys
from pipeline.gates.guard.facts.numbers import number
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="pipeline",
    what="A build of the pipeline ends within an hour, and that of a gate says when",
    why="releases wait in a queue behind a build that hangs, the one that mends things among them",
    fix="give the gate its timeout_minutes in the plan (pipeline/plan/delivery.py), at most an hour",
    models="A timeout removed, or raised to eight hours",
    needs="the pipeline",
)
WHERE = "TimeoutInMinutes"
LONGEST, SHORTEST = 60.0, 5.0
"""Minutes: CodeBuild's own default, and the least that it takes."""
LONGEST_QUEUED = 480.0


def look(subject: Subject) -> Iterator[Looked]:
    """Each build project of the pipeline."""
    gates = {asked.build.project.place for journey in journeys(subject.candidate) for asked in gates_of(journey)}
    for stack in subject.candidate.outside_of_stages():
        for project in stack.all(PROJECT):
            yield looked(project, _wrong(project, subject.before(project), project.place in gates), _queued(project))


def _wrong(project: Resource, old: Resource | None, asks_a_gate: bool) -> Wrong | None:
    value = project.at(WHERE)
    if value is None and not asks_a_gate:
        return None  # CodeBuild's own default
    if SHORTEST <= (number(value) or 0) <= LONGEST:
        return None
    was = old.at(WHERE) if old else None
    return Wrong(f"its time in minutes {changed(was, value)}: {SHORTEST:g} to {LONGEST:g}", WHERE)


def _queued(project: Resource) -> Wrong | None:
    minutes = number(project.at("QueuedTimeoutInMinutes"))
    if minutes is None or minutes <= LONGEST_QUEUED:
        return None
    return Wrong(f"it waits {minutes:g} minutes to begin", "QueuedTimeoutInMinutes")
