"""The settings of an API's stage, method by method. Pure.

Source: AWS::ApiGateway::Stage, MethodSetting. A setting names its path with `~1` for each slash, or `/*` for all; one
that names path and method inherits nothing from one that is for all.
"""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import named_by
from pipeline.gates.openapi.node import Mapped, listed, mapped

STAGE = "AWS::ApiGateway::Stage"
ALL = ("*", "/*")


def settings_of(stage: Resource) -> dict[tuple[str, str], Mapped]:
    """The settings by method and path (`GET`, `/v1/orders`); what is for all stands under `ALL`."""
    return {_key(mapped(each)): mapped(each) for each in listed(stage.at("MethodSettings"))}


def setting(stage: Resource, route: str) -> Mapped:
    """What holds for a route (`GET /v1/orders`): its own setting, or that of all."""
    known = settings_of(stage)
    method, _, path = route.partition(" ")
    tried = ((method, path), ("*", path), (method, "/*"), ALL)
    return next((known[key] for key in tried if key in known), {})


def stages_of(stack: Stack, api: str | None) -> Iterator[Resource]:
    """The stages of the API with this logical id."""
    return (stage for stage in stack.all(STAGE) if named_by(stage.at("RestApiId")) == api)


def _key(told: Mapped) -> tuple[str, str]:
    path = str(told.get("ResourcePath") or "/*")
    return str(told.get("HttpMethod") or "*"), path if path == "/*" else path.removeprefix("/").replace("~1", "/")
