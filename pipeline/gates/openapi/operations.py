"""Compares two versions of an OpenAPI document, operation by operation."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from pipeline.gates.openapi.change import Change, Direction
from pipeline.gates.openapi.node import Document, Json, Mapped, Side, join, listed, mapped, pairs
from pipeline.gates.openapi.schema import Schemas
from pipeline.gates.openapi.security import compare_schemes, compare_security
from pipeline.gates.openapi.sunset import marked, removed

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PARAMETER_IN_PATH = re.compile(r"\{[^{}]*\}")
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
"""How a parameter is written where its place alone is said (OpenAPI 3.0.3, "Parameter Object")."""

type Place = tuple[str, str]
"""Where a parameter is read, and its name there; the position of one in the path, whose name is ours alone."""


def diff(base: Json, new: Json, today: date) -> tuple[Change, ...]:
    """Every difference that clients of `base` can notice in `new`, sorted, each told once.

    `today` decides what may go that was announced to end.
    """
    old, young = Document(base), Document(new)
    # One for each direction, which remembers what it has seen: most operations share their problems.
    schemas = {direction: Schemas(old, young, direction, today) for direction in Direction}
    return tuple(sorted(set(Comparison(old, young, today, schemas).document())))


@dataclass(frozen=True)
class Comparison:
    """The comparison of two documents."""

    base: Document
    new: Document
    today: date
    schemas: Mapping[Direction, Schemas]

    def document(self) -> Iterator[Change]:
        """Servers and security schemes, then every operation of either document."""
        yield from self._servers()
        yield from compare_schemes(self.base, self.new)
        old, young = _operations(self.base), _operations(self.new)
        for key, before in old.items():
            if key not in young:
                what = f"{key[1].upper()} {_path(before)} is gone"
                yield removed("operation-removed", what, before.value, before.at, self.today)
            else:
                yield from self._operation(before, young[key])
        for key, after in young.items():
            if key not in old:
                yield Change(after.at, "operation-added", f"{key[1].upper()} {_path(after)} is new", breaking=False)

    def _servers(self) -> Iterator[Change]:
        """An address of before must still be one; where no host was named, that of the stage was meant."""
        before, after = _servers(self.base), _servers(self.new)
        for host, path in sorted(before):
            if not any(path == other and host in ("", found) for found, other in after):
                what = f"the API no longer stands under {host}{path}"
                yield Change("/servers", "server-path-removed", what, breaking=True)

    def _operation(self, before: Side, after: Side) -> Iterator[Change]:
        name = f"{after.at.rsplit('/', 1)[1].upper()} {_path(after)}"
        yield from marked("operation", name, before.value, after.value, after.at, self.today)
        yield from self._parameters(before, after)
        yield from self._body(before, after)
        yield from self._responses(before, after)
        yield from compare_security(self.base, before, self.new, after)
        if before.value.get("callbacks") != after.value.get("callbacks"):
            what = "callbacks changed, which this comparison can't judge"
            yield Change(join(after.at, "callbacks"), "callbacks-other", what, breaking=True)

    def _parameters(self, before: Side, after: Side) -> Iterator[Change]:
        old, young = _parameters(self.base, before), _parameters(self.new, after)
        came = {key: now for key, now in young.items() if key not in old}
        for key, was in old.items():
            if key in young:
                yield from self._parameter(was, young[key])
                continue
            name = was.value.get("name")
            if moved := next((other for other, now in came.items() if now.value.get("name") == name), None):
                what = f"parameter {name} moved from {key[0]} to {moved[0]}"
                yield Change(came.pop(moved).at, "parameter-moved", what, breaking=True)
            else:
                what = f"{key[0]} parameter {name} is gone"
                yield removed("parameter-removed", what, was.value, was.at, self.today)
        for key, now in came.items():
            required = now.value.get("required") is True
            what = f"{'required ' if required else ''}{key[0]} parameter {now.value.get('name')} is new"
            yield Change(now.at, f"{'required-' if required else ''}parameter-added", what, breaking=required)

    def _parameter(self, was: Side, now: Side) -> Iterator[Change]:
        name = now.value.get("name")
        yield from marked("parameter", f"parameter {name}", was.value, now.value, now.at, self.today)
        if was.value.get("required") is not True and now.value.get("required") is True:
            yield Change(now.at, "parameter-required", f"parameter {name} became required", breaking=True)
        if was.value.get("required") is True and now.value.get("required") is not True:
            yield Change(now.at, "parameter-optional", f"parameter {name} became optional", breaking=False)
        if was.value.get("allowEmptyValue") is True and now.value.get("allowEmptyValue") is not True:
            yield Change(now.at, "parameter-empty-style", f"parameter {name} may no longer be empty", breaking=True)
        before, after = _written(was.value), _written(now.value)
        for keyword, one in before.items():
            if one != after[keyword]:
                what = f"parameter {name}: {keyword} {one} became {after[keyword]}"
                yield Change(now.at, "parameter-style", what, breaking=True)
        yield from self._schema(was, now, "schema", Direction.REQUEST)
        yield from self._content(was, now, Direction.REQUEST)

    def _body(self, before: Side, after: Side) -> Iterator[Change]:
        was = _side(self.base, before, "requestBody")
        now = _side(self.new, after, "requestBody")
        required = now.value.get("required") is True
        if was.value and not now.value:
            yield Change(was.at, "request-body-removed", "the request body is gone", breaking=True)
        elif now.value and not was.value:
            yield Change(now.at, "request-body-added", "a request body is new", breaking=required)
        elif required and was.value.get("required") is not True:
            yield Change(now.at, "request-body-required", "the request body became required", breaking=True)
        elif was.value.get("required") is True and not required:
            yield Change(now.at, "request-body-optional", "the request body became optional", breaking=False)
        if was.value and now.value:
            yield from self._content(was, now, Direction.REQUEST)

    def _responses(self, before: Side, after: Side) -> Iterator[Change]:
        old, young = mapped(before.value.get("responses")), mapped(after.value.get("responses"))
        came = ", ".join(status for status in young if status not in old)
        for status, one, other in pairs(old, young):
            at, young_at = join(before.at, "responses", status), join(after.at, "responses", status)
            if status not in young:
                what = f"status {status} is no longer answered{came and f', but {came}'}"
                yield Change(at, "response-status-removed", what, breaking=True)
            elif status not in old:
                yield Change(young_at, "response-status-added", f"status {status} is new", breaking=False)
            else:
                was, now = Side(*self.base.resolve(one, at)), Side(*self.new.resolve(other, young_at))
                yield from self._headers(was, now)
                yield from self._content(was, now, Direction.RESPONSE)

    def _headers(self, before: Side, after: Side) -> Iterator[Change]:
        old = {name.lower(): name for name in mapped(before.value.get("headers"))}
        young = {name.lower(): name for name in mapped(after.value.get("headers"))}
        for key, name in old.items():
            was = _side(self.base, before, "headers", name)
            if key in young:
                yield from self._header(name, was, _side(self.new, after, "headers", young[key]))
            else:
                at = join(before.at, "headers", name)
                yield removed("response-header-removed", f"header {name} is gone", was.value, at, self.today)
        for key, name in young.items():
            if key not in old:
                at = join(after.at, "headers", name)
                yield Change(at, "response-header-added", f"header {name} is new", breaking=False)

    def _header(self, name: str, was: Side, now: Side) -> Iterator[Change]:
        yield from marked("header", f"header {name}", was.value, now.value, now.at, self.today)
        if was.value.get("required") is True and now.value.get("required") is not True:
            yield Change(now.at, "response-header-optional", f"header {name} became optional", breaking=True)
        yield from self._schema(was, now, "schema", Direction.RESPONSE)

    def _content(self, before: Side, after: Side, direction: Direction) -> Iterator[Change]:
        old, young = mapped(before.value.get("content")), mapped(after.value.get("content"))
        for media, one, other in pairs(old, young):
            at, young_at = join(before.at, "content", media), join(after.at, "content", media)
            if media not in young:
                yield Change(at, f"{direction}-media-type-removed", f"{media} is gone", breaking=True)
            elif media not in old:
                yield Change(young_at, f"{direction}-media-type-added", f"{media} is new", breaking=False)
            else:
                was, now = Side(mapped(one), at), Side(mapped(other), young_at)
                yield from self._schema(was, now, "schema", direction)

    def _schema(self, before: Side, after: Side, name: str, direction: Direction) -> Iterator[Change]:
        was, now = before.value.get(name), after.value.get(name)
        if was is not None or now is not None:
            yield from self.schemas[direction].compare(
                {} if was is None else was, {} if now is None else now, join(before.at, name), join(after.at, name)
            )


def _operations(document: Document) -> dict[tuple[str, str], Side]:
    """Operations by their path, with parameter names left out (they are ours alone), and their method."""
    found: dict[tuple[str, str], Side] = {}
    for path, value in mapped(mapped(document.root).get("paths")).items():
        item, at = document.resolve(value, join("", "paths", path))
        for method in METHODS:
            if method in item:
                found[_PARAMETER_IN_PATH.sub("{}", path), method] = Side(mapped(item[method]), join(at, method))
    return found


def _path(side: Side) -> str:
    return side.at.split("/")[-2].replace("~1", "/").replace("~0", "~")


def _servers(document: Document) -> frozenset[tuple[str, str]]:
    """The addresses of the API, as host (empty if none is named) and path."""
    servers = listed(mapped(document.root).get("servers")) or [{"url": "/"}]
    parts = [urlsplit(str(mapped(server).get("url", "/"))) for server in servers]
    return frozenset((each.netloc, each.path.rstrip("/") or "/") for each in parts)


def _written(parameter: Mapped) -> dict[str, Json]:
    """How a parameter is written, with what OpenAPI means where nothing is said."""
    style = parameter.get("style", _STYLES.get(str(parameter.get("in"))))
    explode = parameter.get("explode", style == "form")
    return {"style": style, "explode": explode, "allowReserved": parameter.get("allowReserved", False)}


def _parameters(document: Document, operation: Side) -> dict[Place, Side]:
    """Parameters of an operation and of its path, by place and name; those in the path by their position."""
    shared = operation.at.rsplit("/", 1)[0]
    found: dict[Place, Side] = {}
    for holder in (shared, operation.at):
        declared = listed(mapped(document.at(holder)).get("parameters"))
        for index, value in enumerate(declared):
            parameter = Side(*document.resolve(value, join(holder, "parameters", index)))
            found[_key(parameter.value, _path(operation))] = parameter
    return found


def _key(parameter: Mapped, path: str) -> Place:
    place, name = str(parameter.get("in")), str(parameter.get("name"))
    if place == "path":
        names = _PARAMETER_IN_PATH.findall(path)
        return place, str(names.index(f"{{{name}}}")) if f"{{{name}}}" in names else name
    return place, name.lower() if place == "header" else name


def _side(document: Document, holder: Side, *names: str) -> Side:
    """The value under `names` of `holder`, references followed."""
    value: Json = holder.value
    for name in names:
        value = mapped(value).get(name)
    return Side(*document.resolve(value, join(holder.at, *names)))
