"""What the version that still serves may do is told before it is taken away."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.allowances import ROLE, Statement, allowed
from pipeline.gates.guard.facts.api import FUNCTION
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="non-canaried",
    what="Who approves a release knows which permissions the version that still serves loses",
    why="both versions share the role, and the change lands before the shift: calls of the old one are denied",
    fix="if the live version still uses it, take it away a release after the code that did",
    models="Expand and contract in one release: an action removed from a role together with its use",
    needs="nothing",
)
NAMED = 6


def look(subject: Subject) -> Iterator[Looked]:
    """Each role of a function that both have. A note, since the step that contracts looks the same when it is due."""
    for stack in subject.candidate.of_stages():
        before = subject.stack_before(stack)
        for role in _roles(before) if before else ():
            now = stack.resources.get(role.logical_id)
            if before and now and now.type == ROLE:
                yield looked(now, _lost(list(allowed(before, role)), list(allowed(stack, now))))


def _roles(stack: Stack) -> list[Resource]:
    named = (stack.target(function.at("Role")) for function in stack.all(FUNCTION))
    return list({role.logical_id: role for role in named if role and role.type == ROLE}.values())


def _lost(old: list[Statement], new: list[Statement]) -> Note | None:
    lost = dict.fromkeys(
        f"{action} on {said(resource)}"
        for statement in old
        for action in statement.actions
        for resource in statement.resources
        if not any(_covers(each, action, resource) for each in new)
    )
    if not lost:
        return None
    more = f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
    return Note(f"the version that still serves may no longer {', '.join(list(lost)[:NAMED])}{more}", "Policies")


def _covers(statement: Statement, action: str, resource: Json) -> bool:
    return statement.allows(action) and (resource in statement.resources or "*" in statement.resources)
