"""What roles may do, taken from two templates and compared: the grants that a change makes wider.

Pure. Looks at the policies of roles (inline, AWS::IAM::Policy, AWS::IAM::ManagedPolicy, attached managed policies) and
at whom they trust. A grant that an older, wider one covers is not new. Resources are compared as they are written, so a
resource with another logical id counts as another; only a function's versions count as one, since every release has a
new one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.record.counting import plural
from pipeline.rehearsal.runners.cloudformation.plain import Plain
from pipeline.rehearsal.spec import Json, Template

_ROLE = "AWS::IAM::Role"
_POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")


@dataclass(frozen=True)
class Grant:
    """One action on one resource that a role is allowed or denied, under a condition (empty: always)."""

    role: str
    effect: str
    action: str
    resource: str
    condition: str = ""

    def covers(self, other: "Grant") -> bool:
        """Whether `other` says nothing that this one doesn't say already."""
        return (
            (self.role, self.effect) == (other.role, other.effect)
            and self.condition in ("", other.condition)
            and _matches(self.action.lower(), other.action.lower())
            and _matches(self.resource, other.resource)
        )

    def __str__(self) -> str:
        """`dynamodb:Query on Table.Arn`, with its condition."""
        return f"{self.action} on {self.resource}" + (f" if {self.condition}" if self.condition else "")


def wider(old: Template | None, new: Template) -> tuple[str, ...]:
    """What roles may do after the change that they could not before: one line each, `OrdersRole: + ...`.

    A first release is one line: there was nothing that could be made wider.
    """
    after = tuple(grants(new))
    if old is None:
        roles = len({grant.role for grant in after})
        return (f"first release: {plural(roles, 'role')} with {plural(len(after), 'grant')}, all new",) if after else ()
    before = tuple(grants(old))
    added = [f"{grant.role}: + {grant}" for grant in _lacking(_of("Allow", after), _of("Allow", before))]
    freed = [f"{grant.role}: no longer denied {grant}" for grant in _lacking(_of("Deny", before), _of("Deny", after))]
    return (*dict.fromkeys(added), *dict.fromkeys(freed))


def _of(effect: str, found: Iterable[Grant]) -> tuple[Grant, ...]:
    return tuple(grant for grant in found if grant.effect == effect)


def _lacking(wanted: Iterable[Grant], there: tuple[Grant, ...]) -> Iterator[Grant]:
    return (grant for grant in wanted if not any(known.covers(grant) for known in there))


def grants(template: Template) -> Iterator[Grant]:
    """Every grant of every role in the template, in its order."""
    plain = Plain(template)
    for role in template.of_type(_ROLE):
        properties = plain.of(role.logical_id)
        for arn in _listed(properties.get("ManagedPolicyArns")):
            yield Grant(role.logical_id, "Allow", "managed policy", str(arn))
        for policy in _listed(properties.get("Policies")):
            yield from _document([role.logical_id], _member(policy, "PolicyDocument"))
        yield from _document([role.logical_id], properties.get("AssumeRolePolicyDocument"), trust=True)
    for resource_type in _POLICIES:
        for resource in template.of_type(resource_type):
            properties = plain.of(resource.logical_id)
            roles = [str(role) for role in _listed(properties.get("Roles"))]
            yield from _document(roles, properties.get("PolicyDocument"))


def _document(roles: list[str], document: Json, trust: bool = False) -> Iterator[Grant]:
    for statement in _listed(_member(document, "Statement")):
        if isinstance(statement, dict):
            for role in roles:
                yield from _statement(role, statement, trust)


def _statement(role: str, statement: dict[str, Json], trust: bool) -> Iterator[Grant]:
    effect = str(statement.get("Effect", "Allow"))
    condition = _text(statement["Condition"]) if statement.get("Condition") else ""
    targets = _either(statement, "Principal" if trust else "Resource")
    for action in _either(statement, "Action"):
        for target in targets:
            yield Grant(role, effect, action, f"behalf of {target}" if trust else target, condition)


def _either(statement: dict[str, Json], key: str) -> tuple[str, ...]:
    """The values of `Action`, or all of `NotAction` as one: what it leaves out can't be widened one by one."""
    if key in statement:
        return tuple(_text(item) for item in _listed(statement[key]))
    negated = statement.get(f"Not{key}")
    return (f"all but {_text(negated)}",) if negated is not None else ("*",)


def _text(value: Json) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(item)}" for key, item in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(sorted(_text(item) for item in value))
    return str(value)


def _listed(value: Json) -> list[Json]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _member(value: Json, key: str) -> Json:
    return value.get(key) if isinstance(value, dict) else None


def _matches(pattern: str, text: str) -> bool:
    """IAM's wildcards: `*` is any text, `?` any character."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None
