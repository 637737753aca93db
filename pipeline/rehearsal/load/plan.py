"""Which requests can be made of an OpenAPI 3.0 document and a seed, and which can't and why. Pure.

An operation is exercised if a valid request for it can be made without guessing: every required parameter is in the
seed (a query parameter may also come from its own example, default or enum), a body is among the seed's bodies, and the
seed holds a token for what the operation's security asks for. What changes data (anything but GET and HEAD) is sent
only if the seed names a body for it, `null` for an operation that takes none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.spec import Json, Unexercised

METHODS = ("get", "head", "put", "post", "patch", "delete")
READING = frozenset({"get", "head"})
IDEMPOTENCY_KEY = "Idempotency-Key"
# Sent by every request, or by none: not for a parameter to say (OpenAPI 3.0.3, Parameter Object).
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})

type Scalar = bool | int | float | str


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class Seed:
    """What the traffic may use: tokens and keys by security scheme, parameters by name, bodies by operationId.

    A parameter may be named for one operation alone, `getOrder.id`; there it counts before one of the name `id`. So
    may a scheme of `bearer`, for an operation that not everybody with such a token may call.
    `people` are those who can sign in, for whoever looks at the stage; traffic does not use them.
    """

    bearer: Mapping[str, Annotated[list[str], Field(min_length=1)]] = field(default_factory=dict, repr=False)
    keys: Mapping[str, Annotated[list[str], Field(min_length=1)]] = field(default_factory=dict, repr=False)
    parameters: Mapping[str, Annotated[list[Scalar], Field(min_length=1)]] = field(default_factory=dict)
    bodies: Mapping[str, Annotated[list[Json], Field(min_length=1)]] = field(default_factory=dict)
    people: Annotated[list[Json], Field(repr=False)] = field(default_factory=list, repr=False)


_SEED = TypeAdapter(Seed)


def read_seed(document: Json, where: str) -> Seed:
    """The seed that a JSON document holds; Unreadable says what is wrong with it, and shows no token."""
    try:
        return _SEED.validate_python(document)
    except ValidationError as problem:
        first = problem.errors(include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        raise Unreadable(first["msg"], "mend what the seed command writes", file=where, path=path) from problem


@dataclass(frozen=True)
class Choice:
    """A parameter and the values to choose from. One that is not `required` is left out of every other request."""

    name: str
    values: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True)
class RequestTemplate:
    """An operation with everything to make requests of: `path` holds its parameters in braces.

    `tokens` are for the Authorization header, empty for a public operation. `bodies` are JSON documents, empty for an
    operation that takes none. `fresh_key` asks for a new Idempotency-Key with every request. `tag` is the operation's
    first, or its own name where it has none.
    """

    operation: str
    method: str
    path: str
    path_parameters: tuple[Choice, ...] = ()
    query: tuple[Choice, ...] = ()
    headers: tuple[Choice, ...] = ()
    tokens: tuple[str, ...] = field(default=(), repr=False)
    bodies: tuple[Json, ...] = ()
    fresh_key: bool = False
    tag: str = ""


@dataclass(frozen=True)
class TrafficPlan:
    """What will be sent, and what won't and why."""

    templates: tuple[RequestTemplate, ...]
    not_exercised: tuple[Unexercised, ...]


class _Cannot(Exception):
    """No valid request can be made; the message says why."""


def _object(value: Json | None) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _array(value: Json | None) -> list[Json]:
    return value if isinstance(value, list) else []


@dataclass(frozen=True)
class _Operation:
    """An operation as the document has it; `shared` are the parameters of its path."""

    path: str
    method: str
    told: dict[str, Json]
    shared: list[Json]

    @property
    def name(self) -> str:
        return str(self.told.get("operationId") or f"{self.method.upper()} {self.path}")

    @property
    def tag(self) -> str:
        return str(next(iter(_array(self.told.get("tags"))), self.name))


class _Document:
    """An OpenAPI document: looks things up, following references inside it."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._root = document

    def resolve(self, value: Json | None) -> dict[str, Json]:
        """The object itself, or the one that its `$ref` names."""
        found = _object(value)
        for _ in range(10):
            reference = found.get("$ref")
            if not isinstance(reference, str):
                return found
            found = self._look_up(reference)
        raise _Cannot("its references lead in a circle")

    def _look_up(self, reference: str) -> dict[str, Json]:
        here: Json | None = dict(self._root)
        for part in reference.removeprefix("#/").split("/"):
            here = _object(here).get(part.replace("~1", "/").replace("~0", "~"))
        if not isinstance(here, dict):
            raise _Cannot(f"{reference} is not in the document")
        return here

    def operations(self) -> Iterator["_Operation"]:
        """Every operation of every path, in the order of the document."""
        for path, item in _object(self._root.get("paths")).items():
            shared = _object(item)
            for method in METHODS:
                if method in shared:
                    yield _Operation(path, method, _object(shared[method]), _array(shared.get("parameters")))

    def parameters(self, operation: "_Operation") -> list[dict[str, Json]]:
        """An operation's parameters: its own replace the path's of the same name and place."""
        found: dict[tuple[str, str], dict[str, Json]] = {}
        for item in (*operation.shared, *_array(operation.told.get("parameters"))):
            parameter = self.resolve(item)
            found[str(parameter.get("in")), str(parameter.get("name"))] = parameter
        return list(found.values())

    def security(self, operation: dict[str, Json]) -> list[list[str]]:
        """The alternatives, each the schemes that it needs together; one empty alternative for a public operation."""
        asked = _array(operation.get("security", self._root.get("security")))
        return [list(_object(alternative)) for alternative in asked] or [[]]

    def scheme(self, name: str) -> dict[str, Json]:
        """A security scheme."""
        schemes = _object(_object(self._root.get("components")).get("securitySchemes"))
        return self.resolve(schemes.get(name))


def _values(operation: str, parameter: dict[str, Json], document: _Document, seed: Seed) -> tuple[str, ...]:
    """Values that are known to be valid: the seed's, else for a query parameter those that the document names."""
    name = str(parameter["name"])
    known: Sequence[Json] = seed.parameters.get(f"{operation}.{name}") or seed.parameters.get(name, [])
    if not known and parameter.get("in") == "query" and parameter.get("required"):
        schema = document.resolve(parameter.get("schema"))
        examples = [value for value in (parameter.get("example"), schema.get("default")) if value is not None]
        known = examples[:1] or _array(schema.get("enum"))
    return tuple(_text(value) for value in known)


def _text(value: Json) -> str:
    """A parameter's value as it is sent: JSON's true is `true`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choices(operation: _Operation, document: _Document, seed: Seed) -> dict[str, list[Choice]]:
    """The parameters by place; _Cannot if one that is required has no known value."""
    found: dict[str, list[Choice]] = {"path": [], "query": [], "header": []}
    for parameter in document.parameters(operation):
        name, place, required = str(parameter.get("name")), str(parameter.get("in")), bool(parameter.get("required"))
        if place == "header" and name.lower() in IGNORED_HEADERS | {IDEMPOTENCY_KEY.lower()}:
            continue
        values = _values(operation.name, parameter, document, seed) if place in found else ()
        if values:
            found[place].append(Choice(name, values, required))
        elif required:
            raise _Cannot(f"the seed has no value for its {place} parameter {name}")
    return found


def _takes_key(parameters: Sequence[dict[str, Json]]) -> bool:
    return any(str(parameter.get("name")).lower() == IDEMPOTENCY_KEY.lower() for parameter in parameters)


def _credentials(operation: _Operation, document: _Document, seed: Seed) -> tuple[tuple[str, ...], tuple[Choice, ...]]:
    """The tokens, and keys in headers besides, of the first alternative that the seed can meet; none if it is public.

    Any of an alternative's tokens goes with any of its keys.
    """
    why = ""
    for schemes in document.security(operation.told):
        if not schemes:
            return (), ()
        keyed = {name: document.scheme(name) for name in schemes if name in seed.keys}
        bearers = [name for name in schemes if name not in keyed]
        lacking = [name for name in bearers if not _tokens(operation, name, seed)]
        others = [name for name in bearers if not _is_bearer(document.scheme(name))]
        others += [name for name, scheme in keyed.items() if not _is_key_in_header(scheme)]
        if not lacking and not others and len(bearers) == 1:
            keys = [Choice(str(scheme["name"]), tuple(seed.keys[name])) for name, scheme in keyed.items()]
            return tuple(_tokens(operation, bearers[0], seed)), tuple(keys)
        why = why or f"the seed has no bearer token for {' and '.join(lacking or others or schemes)}"
    raise _Cannot(why)


def _tokens(operation: _Operation, scheme: str, seed: Seed) -> Sequence[str]:
    return seed.bearer.get(f"{operation.name}.{scheme}") or seed.bearer.get(scheme, [])


def _is_bearer(scheme: dict[str, Json]) -> bool:
    """Whether a token in the Authorization header meets the scheme. API Gateway writes Cognito's as such an apiKey."""
    kind = scheme.get("type")
    if kind == "apiKey":
        return scheme.get("in") == "header" and str(scheme.get("name")).lower() == "authorization"
    return kind in ("oauth2", "openIdConnect") or (kind == "http" and str(scheme.get("scheme")).lower() == "bearer")


def _is_key_in_header(scheme: dict[str, Json]) -> bool:
    return scheme.get("type") == "apiKey" and scheme.get("in") == "header" and bool(scheme.get("name"))


def _bodies(operation: _Operation, document: _Document, seed: Seed) -> tuple[Json, ...]:
    """The bodies to choose from; empty for an operation that takes none."""
    if operation.method in READING:
        return ()
    if operation.name not in seed.bodies:
        raise _Cannot("it changes data, and the seed has no body for it")
    if "requestBody" not in operation.told:
        return ()
    content = _object(document.resolve(operation.told["requestBody"]).get("content"))
    if "application/json" not in content:
        raise _Cannot("it takes no JSON")
    return tuple(seed.bodies[operation.name])


def _template(operation: _Operation, document: _Document, seed: Seed) -> RequestTemplate:
    tokens, keys = _credentials(operation, document, seed)
    bodies = _bodies(operation, document, seed)
    choices = _choices(operation, document, seed)
    return RequestTemplate(
        operation=operation.name,
        method=operation.method.upper(),
        path=operation.path,
        path_parameters=tuple(choices["path"]),
        query=tuple(choices["query"]),
        headers=(*choices["header"], *keys),
        tokens=tokens,
        bodies=bodies,
        fresh_key=_takes_key(document.parameters(operation)),
        tag=operation.tag,
    )


def plan_requests(document: Mapping[str, Json], seed: Seed) -> TrafficPlan:
    """The templates for every operation that can be exercised, and the others with their reasons."""
    reader = _Document(document)
    templates: list[RequestTemplate] = []
    left_out: list[Unexercised] = []
    for operation in reader.operations():
        try:
            templates.append(_template(operation, reader, seed))
        except _Cannot as problem:
            left_out.append(Unexercised(f"traffic to {operation.method.upper()} {operation.path}", str(problem)))
    return TrafficPlan(tuple(templates), tuple(left_out))
