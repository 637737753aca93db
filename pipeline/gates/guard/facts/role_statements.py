"""What a role of a stack may do, by the statements in its template: its own policies and those attached to it. Pure.

Source: IAM user guide, "IAM JSON policy elements": actions match without regard to case, and `*` stands for anything.
What a permissions boundary or another account takes away is not looked at.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import said
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped

ROLE, POLICIES = "AWS::IAM::Role", ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")


def role_named(stack: Stack, value: Json) -> Resource | None:
    """The role of this stack that `value` refers to."""
    target = stack.target(value)
    return target if target and target.type == ROLE else None


def statements_of(stack: Stack, role: Resource) -> Iterator[Mapped]:
    """Every statement about what `role` may do."""
    for policy in listed(role.at("Policies")):
        yield from statements_in(mapped(policy).get("PolicyDocument"))
    for attached in stack.all(*POLICIES):
        if any(stack.target(each) == role for each in listed(attached.at("Roles"))):
            yield from statements_in(attached.at("PolicyDocument"))


def statements_in(document: Json) -> Iterator[Mapped]:
    """The statements of a policy document, of which there may be one without a list."""
    return map(mapped, many(mapped(document).get("Statement")))


def allowed(stack: Stack, role: Resource, action: str) -> tuple[Json, ...]:
    """The resources on which `role` may do `action`; none if anything denies it."""
    granted: list[Json] = []
    for statement in statements_of(stack, role):
        if not does(statement, action):
            continue
        if statement.get("Effect") == "Deny":
            return ()
        granted += many(statement.get("Resource"))
    return tuple(granted)


def does(statement: Mapped, action: str) -> bool:
    """Whether a statement speaks of `action`."""
    return any(fnmatchcase(action.lower(), str(each).lower()) for each in many(statement.get("Action")))


def principals_of(role: Resource) -> tuple[str, ...]:
    """Who may assume `role`, as text: services by name, others as the template refers to them."""
    found: list[str] = []
    for statement in statements_in(role.at("AssumeRolePolicyDocument")):
        if statement.get("Effect") != "Allow":
            continue
        principal = statement.get("Principal")
        kinds = principal.values() if isinstance(principal, dict) else [principal]
        found += [said(each) for kind in kinds for each in many(kind)]
    return tuple(found)


def managed_of(role: Resource) -> tuple[str, ...]:
    """The names of the managed policies of `role`, without their path."""
    return tuple(said(each).rpartition("/")[2] for each in listed(role.at("ManagedPolicyArns")))


def many(value: Json) -> list[Json]:
    """A list as it is, anything else as the only item of one; nothing has no items."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
