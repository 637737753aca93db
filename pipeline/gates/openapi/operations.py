"""Compares two versions of an OpenAPI document, operation by operation."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.gates.openapi.change import Change, Direction
from pipeline.gates.openapi.node import Document, Json, Mapped, join, listed, mapped, pairs, texts
from pipeline.gates.openapi.schema import Schemas

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PARAMETER_IN_PATH = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Side:
    """A value of one of the two documents, and where it stands."""

    value: Mapped
    at: str


def diff(base: Json, new: Json) -> tuple[Change, ...]:
    """Every difference that clients of `base` can notice in `new`, sorted, each told once."""
    comparison = Comparison(Document(base), Document(new))
    return tuple(sorted(set(comparison.document())))


@dataclass(frozen=True)
class Comparison:
    """The comparison of two documents."""

    base: Document
    new: Document

    def document(self) -> Iterator[Change]:
        """Servers, then every operation of either document."""
        yield from self._servers()
        old, young = _operations(self.base), _operations(self.new)
        for key, before in old.items():
            if key not in young:
                yield Change(before.at, "operation-removed", f"{key[1].upper()} {_path(before)} is gone", breaking=True)
            else:
                yield from self._operation(before, young[key])
        for key, after in young.items():
            if key not in old:
                yield Change(after.at, "operation-added", f"{key[1].upper()} {_path(after)} is new", breaking=False)

    def _servers(self) -> Iterator[Change]:
        before, after = _server_paths(self.base), _server_paths(self.new)
        for path in sorted(before - after):
            yield Change("/servers", "server-path-removed", f"the API no longer stands under {path}", breaking=True)

    def _operation(self, before: Side, after: Side) -> Iterator[Change]:
        yield from self._parameters(before, after)
        yield from self._body(before, after)
        yield from self._responses(before, after)
        yield from self._security(before, after)

    def _parameters(self, before: Side, after: Side) -> Iterator[Change]:
        old, young = _parameters(self.base, before), _parameters(self.new, after)
        for key, was in old.items():
            if key in young:
                yield from self._parameter(was, young[key])
            else:
                what = f"{key[0]} parameter {was.value.get('name')} is gone"
                yield Change(was.at, "parameter-removed", what, breaking=True)
        for key, now in young.items():
            if key not in old:
                required = now.value.get("required") is True
                what = f"{'required ' if required else ''}{key[0]} parameter {now.value.get('name')} is new"
                yield Change(now.at, f"{'required-' if required else ''}parameter-added", what, breaking=required)

    def _parameter(self, was: Side, now: Side) -> Iterator[Change]:
        name = now.value.get("name")
        if was.value.get("required") is not True and now.value.get("required") is True:
            yield Change(now.at, "parameter-required", f"parameter {name} became required", breaking=True)
        for keyword in ("style", "explode", "allowReserved"):
            if was.value.get(keyword) != now.value.get(keyword):
                yield Change(now.at, "parameter-style", f"parameter {name}: {keyword} changed", breaking=True)
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
        if was.value and now.value:
            yield from self._content(was, now, Direction.REQUEST)

    def _responses(self, before: Side, after: Side) -> Iterator[Change]:
        old, young = mapped(before.value.get("responses")), mapped(after.value.get("responses"))
        for status, one, other in pairs(old, young):
            at, young_at = join(before.at, "responses", status), join(after.at, "responses", status)
            if status not in young:
                yield Change(at, "response-status-removed", f"status {status} is no longer answered", breaking=True)
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
            if key not in young:
                at = join(before.at, "headers", name)
                yield Change(at, "response-header-removed", f"header {name} is gone", breaking=True)
                continue
            was = _side(self.base, before, "headers", name)
            now = _side(self.new, after, "headers", young[key])
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
            schemas = Schemas(self.base, self.new, direction)
            yield from schemas.compare(was or {}, now or {}, join(before.at, name), join(after.at, name))

    def _security(self, before: Side, after: Side) -> Iterator[Change]:
        """Who could call the older version must find a way into the newer one that asks for nothing more."""
        old, young = _security(self.base, before), _security(self.new, after)
        if any(not any(way <= known for way in young) for known in old):
            what = f"{_ways(old)} no longer suffices: {_ways(young)}"
            yield Change(join(after.at, "security"), "security-added", what, breaking=True)
        elif old != young:
            what = f"{_ways(old)} became {_ways(young)}"
            yield Change(join(after.at, "security"), "security-loosened", what, breaking=False)


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


def _server_paths(document: Document) -> frozenset[str]:
    servers = listed(mapped(document.root).get("servers"))
    return frozenset(urlsplit(str(mapped(server).get("url", "/"))).path.rstrip("/") or "/" for server in servers)


def _parameters(document: Document, operation: Side) -> dict[tuple[str, str], Side]:
    """Parameters of an operation and of its path, by place and name; those in the path by their position."""
    shared = operation.at.rsplit("/", 1)[0]
    found: dict[tuple[str, str], Side] = {}
    for holder in (shared, operation.at):
        declared = listed(mapped(document.at(holder)).get("parameters"))
        for index, value in enumerate(declared):
            parameter = Side(*document.resolve(value, join(holder, "parameters", index)))
            found[_key(parameter.value, _path(operation))] = parameter
    return found


def _key(parameter: Mapped, path: str) -> tuple[str, str]:
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


def _security(document: Document, operation: Side) -> frozenset[frozenset[str]]:
    """The ways into an operation: each a set of schemes and scopes that are needed together; empty for nobody asked."""
    declared = operation.value.get("security", mapped(document.root).get("security"))
    ways = [
        frozenset(f"{scheme}:{scope}" for scheme, scopes in mapped(way).items() for scope in ("", *texts(scopes)))
        for way in listed(declared)
    ]
    return frozenset(ways or [frozenset()])


def _ways(ways: Iterable[frozenset[str]]) -> str:
    told = sorted(" and ".join(sorted(name.rstrip(":") for name in way)) or "nothing" for way in ways)
    return " or ".join(told)
