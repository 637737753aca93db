"""Which routes of a REST API lead to given resources, read from a template.

Pure. Source: CloudFormation's AWS::ApiGateway::Resource (ParentId, PathPart) and AWS::ApiGateway::Method (HttpMethod,
ResourceId, Integration). An API that is made of an OpenAPI body has no such resources, and so no routes here.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.rehearsal.read.references import references
from pipeline.rehearsal.spec import Json, Template

RESOURCE, METHOD = "AWS::ApiGateway::Resource", "AWS::ApiGateway::Method"
ANY = "ANY"
_PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Route:
    """A method in capitals (`ANY` for all of them) and a path with its parameters in braces."""

    method: str
    path: str

    def covers(self, method: str, path: str) -> bool:
        """Whether a request of this method to this path goes here; what a parameter is called does not matter."""
        return self.method in (ANY, method) and _unnamed(self.path) == _unnamed(path)


def routes_to(template: Template, targets: Collection[str]) -> tuple[Route, ...]:
    """The routes whose integration names one of the resources `targets` (logical ids), in the template's order."""
    wanted = frozenset(targets)
    return tuple(
        Route(str(method.properties.get("HttpMethod")), _path(template, method.properties.get("ResourceId")))
        for method in template.of_type(METHOD)
        if wanted.intersection(_named(method.properties.get("Integration")))
    )


def _path(template: Template, place: Json) -> str:
    """The path of a method's ResourceId; what is no resource of this template is the API's root."""
    parts: list[str] = []
    name = next(_named(place), "")
    while (resource := template.resources.get(name)) is not None and resource.type == RESOURCE:
        parts.insert(0, str(resource.properties.get("PathPart")))
        name = next(_named(resource.properties.get("ParentId")), "")
    return "/" + "/".join(parts)


def _named(value: Json) -> Iterator[str]:
    """The logical ids that a value refers to."""
    return (each.logical_id for each in references(value))


def _unnamed(path: str) -> str:
    return _PARAMETER.sub("{}", path)
