"""Every role of a stage is bounded, and the boundary does not give way."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.comparing import differs
from pipeline.gates.guard.facts.holders import BOUNDARY, MANAGED, ROLE, USER, boundaries
from pipeline.gates.guard.facts.statements import covers, statements
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="iam",
    what="Every role of a stage has a permissions boundary, which leaves out IAM and the account itself",
    why="a policy that grants too much grants it in truth, where nothing bounds it",
    fix="let pipeline/cloud/service/boundary.py bound it",
    models="CWE-250: a permissions boundary removed, or widened to everything",
    needs="every stage",
)
NEVER = (
    "iam:createuser",
    "iam:passrole",
    "iam:attachrolepolicy",
    "organizations:leaveorganization",
    "account:closeaccount",
)
"""Some of what no boundary may leave open."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each role of the stages, each of the pipeline's that was bounded, and the boundaries themselves."""
    for stack in subject.candidate.stacks:
        for role in stack.all(ROLE, USER):
            old = subject.before(role)
            if stack.stage:
                yield looked(role, _unbounded(stack, role), differs(role, old, BOUNDARY))
            elif old and old.at(BOUNDARY) is not None:
                yield looked(role, differs(role, old, BOUNDARY))
        for name in sorted(boundaries(stack)):
            policy = stack.resources.get(name)
            if policy:
                yield looked(policy, *_boundary(subject.before(policy), policy))


def _unbounded(stack: Stack, role: Resource) -> Wrong | None:
    bound = role.at(BOUNDARY)
    if bound is None:
        return Wrong("nothing bounds what it may be granted", BOUNDARY)
    target = stack.target(bound)
    return None if target and target.type == MANAGED else Wrong("its boundary is no policy of this stack", BOUNDARY)


def _boundary(old: Resource | None, policy: Resource) -> Iterator[Wrong | Note]:
    allowed = {action for each in _allowing(policy) for action in each}
    for statement in statements(policy.at("PolicyDocument")):
        if statement.allows and "NotAction" in statement.but:
            yield Wrong("it leaves open everything but what it names", "PolicyDocument")
    for action in sorted(allowed):
        if any(covers(action, never) for never in NEVER):
            yield Wrong(f"it leaves open {action}", "PolicyDocument")
    if old:
        for action in sorted(allowed - {action for each in _allowing(old) for action in each}):
            yield Note(f"it leaves open {action} now", "PolicyDocument")


def _allowing(policy: Resource) -> Iterator[tuple[str, ...]]:
    return (each.actions for each in statements(policy.at("PolicyDocument")) if each.allows)
