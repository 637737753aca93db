"""Who holds which rights in a stack: its roles, users and groups, with all policies that are theirs. Pure.

Source: a policy is a role's own (`Policies`), a resource that names the role, or a managed one that either names. A
policy that is nothing but a role's permissions boundary grants nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.statements import Statement, statements
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import named_by
from pipeline.gates.openapi.node import listed, mapped

ROLE, USER, GROUP = "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"
POLICY, MANAGED, OF_ROLE = "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"
OF_USER, OF_GROUP = "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy"
POLICIES = (POLICY, MANAGED, OF_ROLE, OF_USER, OF_GROUP)
BOUNDARY = "PermissionsBoundary"
_NAMES = {"Roles": True, "Users": True, "Groups": True, "RoleName": False, "UserName": False, "GroupName": False}
"""Where a policy names whose it is: as a list, or as one."""


@dataclass(frozen=True)
class Holder:
    """Somebody with rights, and the statements of all policies that are theirs."""

    resource: Resource
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Grant:
    """One action on one thing that a statement allows."""

    action: str
    on: str
    statement: Statement


def holders(stack: Stack) -> Iterator[Holder]:
    """The stack's roles, users and groups, then each policy of which the stack does not tell whose it is."""
    named: set[str] = set()
    owned: dict[str, list[Statement]] = {}
    for policy in stack.all(*POLICIES):
        for owner in _owners(stack, policy):
            named.add(policy.logical_id)
            owned.setdefault(owner, []).extend(statements(policy.at("PolicyDocument")))
    bounds = boundaries(stack)
    for holder in stack.all(ROLE, USER, GROUP):
        own = [
            each for told in listed(holder.at("Policies")) for each in statements(mapped(told).get("PolicyDocument"))
        ]
        for arn in listed(holder.at("ManagedPolicyArns")):
            managed = stack.target(arn)
            if managed and managed.type == MANAGED:
                named.add(managed.logical_id)
                own += statements(managed.at("PolicyDocument"))
        yield Holder(holder, (*own, *owned.get(holder.logical_id, ())))
    for orphan in stack.all(*POLICIES):
        if orphan.logical_id not in named | bounds:
            yield Holder(orphan, statements(orphan.at("PolicyDocument")))


def boundaries(stack: Stack) -> frozenset[str]:
    """The policies that bound roles of the stack."""
    named = (named_by(role.at(BOUNDARY)) for role in stack.all(ROLE, USER))
    return frozenset(name for name in named if name)


def grants(holder: Holder) -> Iterator[Grant]:
    """Each action on each thing that the holder is allowed."""
    for statement in holder.statements:
        if statement.allows:
            for action in statement.actions:
                for on in statement.resources:
                    yield Grant(action, on, statement)


def _owners(stack: Stack, policy: Resource) -> Iterator[str]:
    """The logical ids of those in the stack whose policy it is."""
    for name, is_list in _NAMES.items():
        told = policy.at(name)
        for each in listed(told) if is_list else [told]:
            owner = stack.target(each)
            if owner and owner.type in (ROLE, USER, GROUP):
                yield owner.logical_id
