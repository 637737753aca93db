"""No job and no step has a condition that can't hold: what never runs proves nothing, and is green."""

from collections.abc import Iterator

from pipeline.gates.workflow.events import can_hold
from pipeline.gates.workflow.expression import NoExpression, World, truth_of_condition
from pipeline.gates.workflow.rule import Found, Look, Rule

_NOWHERE: World = World({}, {})


def _check(look: Look) -> Iterator[Found]:
    for workflow, job in look.now.jobs():
        holders = [(job.line, f"job {job.id!r}", job.condition)]
        holders += [(step.line, f"step {step.name or step.uses or step.run!r}", step.condition) for step in job.steps]
        for line, told, condition in holders:
            if condition is None:
                continue
            try:
                truth_of_condition(condition, _NOWHERE)
            except NoExpression as problem:
                yield Found(f"{workflow.path}:{line}", f"{told}: {problem}")
                continue
            if not can_hold(condition, workflow.triggers):
                yield Found(f"{workflow.path}:{line}", f"{told} never runs: `if: {condition}` can't hold")
            elif _is_always_text(condition):
                yield Found(
                    f"{workflow.path}:{line}", f"{told}: `if: {condition}` is a text, which always counts as true"
                )


def _is_always_text(condition: str) -> bool:
    """`${{ a }} && b` is put together as a text, and a text that is not empty counts as true."""
    inner = condition.strip()
    return "${{" in inner and not (inner.startswith("${{") and inner.find("}}") == len(inner) - 2)


RULE = Rule(
    id="condition-never-holds",
    what="an `if` that no event of the workflow can make true, is no expression, or is always true by mistake",
    why="a job or step that is switched off looks like one that passed",
    fix="mend the condition, or take the job or step away where everybody sees it",
    models="W15, W16; CWE-570, CWE-571",
    check=_check,
)
