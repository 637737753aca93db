"""What the contract promises of each operation, as far as rules hold methods against it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.gates.openapi.node import Document, Json, Mapped, UnreadableContract, listed, mapped, texts

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class Promised:
    """An operation: the ways to say who one is, each with its schemes and their scopes, and what it takes.

    Any one way suffices; a way without a scheme is for anybody. `needed` are the parameters that must be there, as
    `header.Idempotency-Key`.
    """

    route: str
    ways: tuple[Mapping[str, frozenset[str]], ...]
    has_body: bool
    needed: frozenset[str] = frozenset()

    @property
    def is_public(self) -> bool:
        """Whether anybody may ask."""
        return not all(self.ways) or not self.ways

    def needs(self, place: str, name: str) -> bool:
        """Whether a parameter must be there; `place` is API Gateway's word (`path`, `querystring`, `header`)."""
        return f"{place.removesuffix('string')}.{name}" in self.needed


def promised(document: Mapped) -> dict[str, Promised]:
    """The operations of an OpenAPI document by route (`GET /v1/orders`)."""
    return {each.route: each for each in _operations(document)}


def _operations(document: Mapped) -> Iterator[Promised]:
    for path, item in mapped(document.get("paths")).items():
        for method, value in mapped(item).items():
            operation = mapped(value)
            if method in METHODS:
                security = operation.get("security", document.get("security"))
                ways = tuple(
                    {scheme: frozenset(texts(scopes)) for scheme, scopes in mapped(way).items()}
                    for way in listed(security)
                )
                needed = frozenset(_needed(Document(document), listed(operation.get("parameters"))))
                yield Promised(f"{method.upper()} {path}", ways, "requestBody" in operation, needed)


def _needed(document: Document, parameters: list[Json]) -> Iterator[str]:
    for each in parameters:
        try:
            parameter, _ = document.resolve(each, "")
        except UnreadableContract:
            continue  # the gate contract tells where a reference leads nowhere
        if parameter.get("required") is True:
            yield f"{parameter.get('in')}.{parameter.get('name')}"
