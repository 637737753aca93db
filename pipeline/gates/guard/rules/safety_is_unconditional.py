"""What keeps a rollout and a pipeline safe is there in any case."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.builds import PROJECT
from pipeline.gates.guard.facts.journey import PIPELINE
from pipeline.gates.guard.facts.rollout import ALARM, ALIAS, APPLICATION, FUNCTION, GROUP, VERSION
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="rollout",
    what="Aliases, deployment groups, alarms, hooks, the pipeline and its builds depend on no condition",
    why="a condition that is false takes them away from a stage, and the template still looks as if they were there",
    fix="make them for every stage, and let the plan say what differs",
    models="An alarm, a hook or a group behind a condition of CloudFormation",
    needs="every stage",
)
KINDS = (ALIAS, VERSION, FUNCTION, GROUP, APPLICATION, ALARM, PIPELINE, PROJECT)


def look(subject: Subject) -> Iterator[Looked]:
    """Each resource of these kinds."""
    for resource in subject.of_candidate(*KINDS):
        condition = resource.body.get("Condition")
        yield looked(resource, Wrong(f"it is there only if {said(condition)}") if condition is not None else None)
