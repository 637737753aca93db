"""What an update does to each resource: the difference between the template that is deployed and the new one.

Pure. It says what DescribeChangeSet would say, from what both templates say, with these differences:

- A reference to an attribute counts only where the attribute changes. CloudFormation marks each `Fn::GetAtt` of a
  resource that is updated in place as a dynamic change, even of an ARN, which lasts as long as its resource does.
- `Metadata` is left out, though CloudFormation lists it (scope `Metadata`): no service is told of it, and CDK writes
  construct paths and asset folders there, so it changes with every release.
- `DependsOn` orders the update and changes nothing, so it isn't listed there either.

Source: CloudFormation API reference, `ResourceChange`, `ResourceChangeDetail` (Static and Dynamic) and
`ResourceTargetDefinition` (RequiresRecreation); user guide, "DeletionPolicy attribute" and "UpdateReplacePolicy
attribute".
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.rehearsal.read.references import Reference
from pipeline.rehearsal.runners.cloudformation.losing import loss
from pipeline.rehearsal.runners.cloudformation.resolved import Resolved
from pipeline.rehearsal.spec import Json, Resource
from pipeline.rehearsal.world.replacing import Recreation, recreation, recreation_of

type Action = Literal["Add", "Modify", "Remove"]
type Replacement = Literal["True", "Conditional", "False"]

_KEPT = ("Retain", "RetainExceptOnCreate")

# Attributes that one property alone decides.
_MADE_BY = {
    ("AWS::DynamoDB::GlobalTable", "StreamArn"): "StreamSpecification",
    ("AWS::DynamoDB::Table", "StreamArn"): "StreamSpecification",
}


@dataclass(frozen=True)
class Difference:
    """What happens to one resource. `replacement` and `names` are of a Modify.

    `names` are the properties that change, then the attributes of the resource itself, such as UpdatePolicy. `kept`:
    what is removed or replaced stays in the account. `loses`: what is lost of what it holds, though it is not replaced.
    `old_type`: of the resource that is replaced, where the new one has another type.
    """

    logical_id: str
    resource_type: str
    action: Action
    replacement: Replacement = "False"
    names: tuple[str, ...] = ()
    kept: bool = False
    loses: str = ""
    old_type: str | None = None


@dataclass(frozen=True)
class _Detail:
    """Why a resource changes: one property or attribute. `certain` is AWS's Static: it will change, come what may."""

    name: str
    recreation: Recreation
    certain: bool = True


def differences(before: Resolved, after: Resolved) -> tuple[Difference, ...]:
    """Every resource that is added, removed, changed or replaced, by its logical id."""
    there, wanted = before.resources, after.resources
    modified = _modified(before, after)
    found: list[Difference] = []
    for logical_id in sorted({*there, *wanted}):
        if logical_id not in there:
            found.append(Difference(logical_id, wanted[logical_id].type, "Add"))
        elif logical_id not in wanted:
            old = there[logical_id]
            found.append(Difference(logical_id, old.type, "Remove", kept=old.deletion_policy in _KEPT))
        elif logical_id in modified:
            found.append(_modification(before, after, logical_id, modified[logical_id]))
    return tuple(found)


def _modification(before: Resolved, after: Resolved, logical_id: str, details: Sequence[_Detail]) -> Difference:
    old, new = before.resources[logical_id], after.resources[logical_id]
    replacement = _replacement(details)
    was, becomes = before.properties(logical_id), after.properties(logical_id)
    losses = (loss(new.type, each.name, was.get(each.name), becomes.get(each.name)) for each in details)
    return Difference(
        logical_id=new.logical_id,
        resource_type=new.type,
        action="Modify",
        replacement=replacement,
        names=tuple(dict.fromkeys(detail.name for detail in details)),
        kept=replacement == "True" and new.update_replace_policy in _KEPT,
        loses="" if replacement == "True" else "; ".join(dict.fromkeys(filter(None, losses))),
        old_type=None if old.type == new.type else old.type,
    )


def _replacement(details: Sequence[_Detail]) -> Replacement:
    if any(detail.recreation == "Always" and detail.certain for detail in details):
        return "True"
    return "False" if all(detail.recreation == "Never" for detail in details) else "Conditional"


def _modified(before: Resolved, after: Resolved) -> dict[str, tuple[_Detail, ...]]:
    """Why each resource of both templates changes, until what follows from a replacement has followed."""
    common = [logical_id for logical_id in after.resources if logical_id in before.resources]
    own = {logical_id: tuple(_own(before, after, logical_id)) for logical_id in common}
    new = frozenset(after.resources).difference(before.resources)
    found = own
    while True:
        moves = _Moves({name: details for name, details in found.items() if details}, new, after)
        next_found = {name: _merged(own[name], moves.details(name)) for name in common}
        if next_found == found:
            return dict(moves.changing)
        found = next_found


def _own(before: Resolved, after: Resolved, logical_id: str) -> Iterator[_Detail]:
    """What the two templates say differently of one resource."""
    old, new = before.resources[logical_id], after.resources[logical_id]
    if old.type != new.type:
        yield _Detail("Type", "Always")
    was, becomes = before.properties(logical_id), after.properties(logical_id)
    for name in _changed(was, becomes):
        # Of a type that isn't known, any change may replace.
        replaces = recreation_of(new.type, name, was.get(name), becomes.get(name)) or "Conditionally"
        yield _Detail(name, replaces)
    attributes = _attributes(before, old), _attributes(after, new)
    yield from (_Detail(name, "Never") for name in _changed(*attributes))
    if _text(before.condition(logical_id)) != _text(after.condition(logical_id)):
        yield _Detail("Condition", "Conditionally", certain=False)


def _attributes(side: Resolved, resource: Resource) -> dict[str, Json]:
    return {
        "CreationPolicy": side.value(dict(resource.creation_policy)),
        "DeletionPolicy": resource.deletion_policy,
        "UpdatePolicy": side.value(dict(resource.update_policy)),
        "UpdateReplacePolicy": resource.update_replace_policy,
    }


def _changed(old: Mapping[str, Json], new: Mapping[str, Json]) -> list[str]:
    return sorted(name for name in {*old, *new} if _text(old.get(name)) != _text(new.get(name)))


def _text(value: Json) -> str:
    """A value in one writing, so that the order of keys does not count and `true` isn't 1."""
    return json.dumps(value, sort_keys=True)


def _recreation(resource: Resource, name: str) -> Recreation:
    """As the registry's schema says; of a type that isn't known, any change may replace."""
    return recreation(resource.type, name) or "Conditionally"


def _merged(own: tuple[_Detail, ...], followed: Iterator[_Detail]) -> tuple[_Detail, ...]:
    """Both, with a property that is in both told once: what the template itself says is certain."""
    named = {detail.name for detail in own}
    return (*own, *sorted({each for each in followed if each.name not in named}, key=lambda each: each.name))


@dataclass(frozen=True)
class _Moves:
    """What is known so far of resources that change: those that refer to them may have to follow.

    `changing` says why each of them changes, `new` are the logical ids that no resource had.
    """

    changing: Mapping[str, tuple[_Detail, ...]]
    new: frozenset[str]
    after: Resolved

    def details(self, logical_id: str) -> Iterator[_Detail]:
        """The properties of the resource that name something which moves."""
        resource = self.after.resources[logical_id]
        for name in resource.properties:
            certainties = {self._certain(each) for each in self.after.references(logical_id, name)}
            if certainties - {None}:
                yield _Detail(name, _recreation(resource, name), certain=True in certainties)

    def _certain(self, reference: Reference) -> bool | None:
        """Whether what is referred to will be another (True) or may be (False); None where it stays."""
        if reference.logical_id in self.new:
            return True
        details = self.changing.get(reference.logical_id, ())
        match _replacement(details):
            case "True":
                return True
            case "Conditional":
                return False
        return False if details and not self._lasts(reference, details) else None

    def _lasts(self, reference: Reference, details: Sequence[_Detail]) -> bool:
        """Whether the value stays while the resource changes in place, as its id, its name and its ARN do."""
        kind, attribute = self.after.resources[reference.logical_id].type, reference.attribute
        if attribute is None or (kind, attribute) == ("AWS::Lambda::Version", "Version"):
            return True
        if (made_by := _MADE_BY.get((kind, attribute))) is not None:
            return all(detail.name != made_by for detail in details)
        # What a custom resource or a nested stack calls an ARN is whatever it says next.
        lasting = () if kind.startswith(("Custom::", "AWS::CloudFormation::")) else ("Arn", "Id", "Name")
        return attribute.endswith(lasting)
