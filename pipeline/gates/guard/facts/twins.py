"""The same resource in each stage, and what of it differs beyond what names its stage. Pure.

Two stages' stacks are made by the same code, so that what has the same construct path is the same thing; logical ids
and names hold the stage, or a digest of what does.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from pipeline.gates.guard.assembly import Assembly, Stack
from pipeline.gates.guard.resource import Resource
from pipeline.gates.openapi.node import Json
from pipeline.plan.model import Delivery, Environment

_DIGEST = re.compile(r"(?<![0-9A-Za-z])[0-9A-F]{8}(?![0-9A-Za-z])|(?<=[a-z])[0-9A-F]{8}(?=$|[^0-9A-Za-z])")
_PSEUDO = "AWS::"
PARTS = ("Properties", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "Condition")
"""What of a resource is compared: all that CloudFormation acts upon, but the order in which it does."""


@dataclass(frozen=True)
class Twin:
    """A stack of a stage, read as if its stage had no name and no account of its own."""

    stack: Stack
    environment: Environment | None

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """The stack's resources by what they are called in every stage."""
        return {self.key(resource): resource for resource in self.stack.resources.values()}

    def key(self, resource: Resource) -> str:
        """What the resource is called in every stage: its construct path, or else its logical id."""
        return self.text(resource.path or resource.logical_id)

    def text(self, text: str) -> str:
        """The text without the names of its stage and account, and without digests of them."""
        return _neutral(text, self.stack.stage, self.stack.name.rpartition("/")[2], self.environment)

    def value(self, value: Json) -> Json:
        """A value with its texts and references so."""
        match value:
            case str():
                return self.text(value)
            case {"Ref": str(name)}:
                return {"Ref": self._named(name)}
            case {"Fn::GetAtt": [str(name), *rest]}:
                return {"Fn::GetAtt": [self._named(name), *map(self.value, rest)]}
            case dict():
                return {name: self.value(item) for name, item in value.items()}
            case list():
                return [self.value(item) for item in value]
        return value

    def _named(self, name: str) -> str:
        resource = self.stack.resources.get(name)
        return self.key(resource) if resource else name if name.startswith(_PSEUDO) else self.text(name)


@cache
def _neutral(text: str, stage: str, stack: str, environment: Environment | None) -> str:
    text = text.replace(f"{stage}{stack}", f"{{stage}}{stack}")
    if stage in text:
        text = re.sub(rf"(?<![A-Za-z]){re.escape(stage)}(?![A-Za-z])", "{stage}", text)
    if environment:
        text = text.replace(environment.account, "{account}").replace(environment.region, "{region}")
    return _DIGEST.sub("", text)


def twins(assembly: Assembly, delivery: Delivery) -> Mapping[str, tuple[Twin, ...]]:
    """The stacks of the stages by what they are called in each of them: `orders`."""
    environments = {stage.name: stage.environment for stage in delivery.stages}
    found: dict[str, tuple[Twin, ...]] = {}
    for stack in assembly.of_stages():
        name = stack.name.rpartition("/")[2]
        found[name] = (*found.get(name, ()), Twin(stack, environments.get(stack.stage)))
    return found


def differences(values: Mapping[str, Json], path: str = "") -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The places in which the stages' values differ, the smallest there are, with each stage's value there."""
    first = next(iter(values.values()))
    if all(value == first for value in values.values()):
        return
    shapes = {type(value) for value in values.values()}
    if shapes == {dict}:
        names = dict.fromkeys(name for value in values.values() if isinstance(value, dict) for name in value)
        for name in names:
            inner = {stage: value.get(name) for stage, value in values.items() if isinstance(value, dict)}
            yield from differences(inner, f"{path}.{name}" if path else name)
    elif shapes == {list} and len({len(value) for value in values.values() if isinstance(value, list)}) == 1:
        for index in range(len(first) if isinstance(first, list) else 0):
            inner = {stage: value[index] for stage, value in values.items() if isinstance(value, list)}
            yield from differences(inner, f"{path}.{index}")
    else:
        yield path, values
