"""The methods of an API: which route each answers, and what it asks of a caller. Pure.

Source: AWS::ApiGateway::Method in the CloudFormation reference. A path is that of the resources above the method.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.api import METHOD
from pipeline.gates.guard.resource import Resource
from pipeline.gates.openapi.node import Json, texts

RESOURCE = "AWS::ApiGateway::Resource"
NOBODY = "NONE"
"""The authorization type of a method that asks nobody who they are."""


@dataclass(frozen=True)
class Method:
    """A method and its route (`GET /v1/orders/{id}`)."""

    resource: Resource
    route: str

    @property
    def authorization(self) -> str:
        """Its authorization type; CloudFormation's own default is none."""
        return str(self.resource.at("AuthorizationType") or NOBODY)

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes of which a token needs one."""
        return frozenset(texts(self.resource.at("AuthorizationScopes")))

    @property
    def asks_for_key(self) -> bool:
        """Whether a request needs an API key."""
        return self.resource.at("ApiKeyRequired") in (True, "true")

    @property
    def is_open(self) -> bool:
        """Whether anybody may ask. A key is no authorization: whoever reads a page's source has it."""
        return self.authorization == NOBODY

    @property
    def is_preflight(self) -> bool:
        """Whether it only tells browsers what they may ask, which the gateway does by itself."""
        return self.route.startswith("OPTIONS ") and self.resource.at("Integration", "Type") == "MOCK"


def methods_of(stack: Stack) -> Iterator[Method]:
    """The methods of a stack's APIs, preflights among them."""
    for resource in stack.all(METHOD):
        yield Method(resource, f"{resource.at('HttpMethod')} {path_of(stack, resource.at('ResourceId'))}")


def path_of(stack: Stack, place: Json) -> str:
    """The path of the resource that `place` refers to. What is no resource of its own is the API's root."""
    parts: list[str] = []
    seen: set[str] = set()
    while (above := stack.target(place)) and above.type == RESOURCE and above.logical_id not in seen:
        seen.add(above.logical_id)
        parts.insert(0, str(above.at("PathPart")))
        place = above.at("ParentId")
    return f"/{'/'.join(parts)}"
