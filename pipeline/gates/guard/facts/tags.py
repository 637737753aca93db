"""The tags of a resource, in any of the shapes that CloudFormation has for them. Pure."""

from collections.abc import Mapping

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import Json, listed

NAMES = ("Tags", "UserPoolTags", "HostedZoneTags", "FileSystemTags", "Tag", "ResourceTags")


def tags(resource: Resource) -> Mapping[str, Json] | None:
    """Its tags by key, or None if it says nothing of tags."""
    found: dict[str, Json] = {}
    given = [value for name in NAMES if (value := resource.at(name)) is not None]
    for value in given:
        if isinstance(value, dict):
            found |= value
        for each in listed(value):
            key = at(each, "Key") or at(each, "TagKey")
            if isinstance(key, str):
                found[key] = at(each, "Value") or at(each, "TagValue")
    return found if given else None
