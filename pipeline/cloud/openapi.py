"""The routes that `contracts/openapi.yaml` promises, as far as the templates need them.

Reads the OpenAPI 3.0.3 document of the delivered API: each operation's path, method, function (its one tag), whether a
caller must be signed in, what the gateway can check of its parameters, and the schema of its body. Pure: text in, data
out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type JsonObject = dict[str, Json]

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
JSON_BODY = "application/json"
PLACES = {"path": "path", "query": "querystring", "header": "header"}


class UnreadableContract(Exception):
    """The OpenAPI document says something that cannot become a route: where, what, and what to do."""


@dataclass(frozen=True)
class Operation:
    """One operation: `parameters` maps API Gateway's names (`method.request.header.X`) to "required".

    `body` is the schema of its body, which is sent as `media_type`. `signed_in` asks who is calling; `partner` says
    that it must be a partner and not a user, `scope` what a machine's token must be good for where the user pool's own
    authorizer lets it in. `queue` names the worker whose queue takes it, where no function answers.
    """

    operation_id: str
    path: str
    method: str
    function: str
    signed_in: bool
    parameters: Mapping[str, bool]
    body: JsonObject | None
    media_type: str = JSON_BODY
    partner: bool = False
    scope: str | None = None
    queue: str | None = None


def read_operations(text: str) -> tuple[Operation, ...]:
    """Every operation of the OpenAPI document `text`, in its order; UnreadableContract if one is unusable."""
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    return tuple(_operations(_Document(_object(document, "document"))))


def _operations(document: "_Document") -> Iterator[Operation]:
    for path, item in _object(document.root["paths"], "paths").items():
        for method, operation in _object(item, path).items():
            if method in METHODS:
                yield _operation(document, path, method, _object(operation, f"{method.upper()} {path}"))


def _operation(document: "_Document", path: str, method: str, operation: JsonObject) -> Operation:
    where = f"{method.upper()} {path}"
    tags = operation.get("tags")
    if not isinstance(tags, list) or len(tags) != 1:
        raise UnreadableContract(f"{where}: has {tags!r} as tags; give it exactly one, the function that serves it")
    media_type, body = _body(document, operation)
    security = _list(operation.get("security", document.root.get("security")))
    return Operation(
        operation_id=str(operation["operationId"]),
        path=path,
        method=method.upper(),
        function=str(tags[0]),
        signed_in=bool(security),
        parameters=_parameters(document, operation, where),
        body=body,
        media_type=media_type,
        partner=any("partner" in _object(each, where) for each in security),
        scope=_scope([_object(each, where) for each in security]),
        queue=str(operation["x-queue"]) if "x-queue" in operation else None,
    )


def _scope(security: list[JsonObject]) -> str | None:
    """The one scope that is asked of a carrier."""
    scopes = [str(scope) for each in security for scope in _list(each.get("carrier"))]
    return scopes[0] if scopes else None


def _parameters(document: "_Document", operation: JsonObject, where: str) -> dict[str, bool]:
    """What the gateway checks: presence. A header whose absence the operation answers itself (428) is left to it."""
    answers_428 = "428" in _object(operation.get("responses", {}), where)
    found: dict[str, bool] = {}
    for entry in _list(operation.get("parameters", [])):
        parameter = document.resolve(_object(entry, where))
        place, name = str(parameter["in"]), str(parameter["name"])
        if place not in PLACES:
            raise UnreadableContract(
                f"{where}: parameter {name} is in {place}; API Gateway checks path, query and header"
            )
        left_to_handler = answers_428 and name.lower() == "if-match"
        found[f"method.request.{PLACES[place]}.{name}"] = bool(parameter.get("required")) and not left_to_handler
    return found


def _body(document: "_Document", operation: JsonObject) -> tuple[str, JsonObject | None]:
    """The media type and the schema of the body: that of plain JSON, or else of the one other type that is named."""
    if "requestBody" not in operation:
        return JSON_BODY, None
    content = _object(document.resolve(_object(operation["requestBody"], "requestBody"))["content"], "content")
    media_type = JSON_BODY if JSON_BODY in content else next(iter(content))
    media = _object(content[media_type], media_type)
    return media_type, _object(document.inline(media["schema"]), "schema")


@dataclass(frozen=True)
class _Document:
    root: JsonObject

    def resolve(self, node: JsonObject) -> JsonObject:
        """`node`, or what its `$ref` points to within this document."""
        while isinstance(reference := node.get("$ref"), str):
            found: Json = self.root
            for step in reference.removeprefix("#/").split("/"):
                found = _object(found, reference)[step]
            node = _object(found, reference)
        return node

    def inline(self, node: Json) -> Json:
        """`node` with every `$ref` replaced by what it points to: gateway models cannot refer into the document."""
        if isinstance(node, list):
            return [self.inline(each) for each in node]
        if isinstance(node, dict):
            return {key: self.inline(value) for key, value in self.resolve(node).items()}
        return node


def _object(value: Json, where: str) -> JsonObject:
    if not isinstance(value, dict):
        raise UnreadableContract(f"{where}: expected an object, found {type(value).__name__}")
    return value


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
