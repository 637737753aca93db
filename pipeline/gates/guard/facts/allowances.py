"""What the role of a function, or any other role, is let do: its statements, wherever a template writes them. Pure.

Source: IAM's policy grammar; a statement and its actions and resources may be one or a list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import at, named_by
from pipeline.gates.openapi.node import Json, listed

ROLE, POLICY, MANAGED = "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"


@dataclass(frozen=True)
class Statement:
    """A statement that allows: its actions, in lower case as IAM compares them, and its resources as written."""

    actions: tuple[str, ...]
    resources: tuple[Json, ...]

    def allows(self, action: str) -> bool:
        """Whether one of its actions, which may have wildcards, is `action`."""
        return any(_matches(action, pattern) for pattern in self.actions)


@cache
def _matches(action: str, pattern: str) -> bool:
    return fnmatchcase(action.lower(), pattern)


def allowed(stack: Stack, role: Resource) -> Iterator[Statement]:
    """What the role is let do by policies of its own, attached or managed, as far as its stack says."""
    for inline in listed(role.at("Policies")):
        yield from _statements(at(inline, "PolicyDocument"))
    managed = {named_by(each) for each in listed(role.at("ManagedPolicyArns"))}
    for policy in stack.all(POLICY, MANAGED):
        attached = any(named_by(each) == role.logical_id for each in listed(policy.at("Roles")))
        if attached or policy.logical_id in managed:
            yield from _statements(policy.at("PolicyDocument"))


def _statements(document: Json) -> Iterator[Statement]:
    for statement in _each(at(document, "Statement")):
        if at(statement, "Effect") == "Allow":
            actions = tuple(str(action).lower() for action in _each(at(statement, "Action")))
            yield Statement(actions, tuple(_each(at(statement, "Resource"))))


def _each(value: Json) -> list[Json]:
    return listed(value) if isinstance(value, list) else [value] if value is not None else []
