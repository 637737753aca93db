"""Which changed properties make CloudFormation put a new, empty resource in the place of an old one. Pure.

Source: the registry's schemas (`schemas`), and for tables what the template reference says beyond them: of
AttributeDefinitions "Replacement if you edit an existing AttributeDefinition", and that a local index can only be made
with its table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.schemas import replacing
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import Json, listed

TABLE = "AWS::DynamoDB::Table"
_DOCUMENTED: Mapping[str, tuple[str, ...]] = {TABLE: ("LocalSecondaryIndexes",)}


@dataclass(frozen=True)
class Replaced:
    """A property whose change replaces its resource; `sure` is False where only some values of it do."""

    path: str
    old: Json
    new: Json
    sure: bool


def replaced(old: Resource, new: Resource) -> Iterator[Replaced]:
    """The changes between the two, of one type, that replace the resource."""
    if old.properties == new.properties:
        return  # as of nearly all: no schema has to be read
    known = replacing(old.type)
    for path in sorted(known.always | known.some | set(_DOCUMENTED.get(old.type, ()))):
        before, after = _value(old, path), _value(new, path)
        if before != after:
            yield Replaced(path.replace("/", "."), before, after, path in known.always)
    if old.type == TABLE:
        yield from _retyped(old.at("AttributeDefinitions"), new.at("AttributeDefinitions"))


def _value(resource: Resource, path: str) -> Json:
    """What stands at the path; at one that goes through a list, the whole list."""
    return resource.at(*path.partition("/*")[0].split("/"))


def _retyped(old: Json, new: Json) -> Iterator[Replaced]:
    """The attributes that both define, with another type."""
    types = {str(at(each, "AttributeName")): at(each, "AttributeType") for each in listed(new)}
    for each in listed(old):
        name, kind = str(at(each, "AttributeName")), at(each, "AttributeType")
        if name in types and types[name] != kind:
            yield Replaced(f"AttributeDefinitions.{name}", kind, types[name], sure=False)
