"""Whether a probe asks for something that the contract allows, so that its answer comes from what is kept. Pure.

A function refuses what the contract does not allow before it looks anything up. A probe that is to be answered 404 is
then answered so whether the function reaches its store or not.
"""

import re
from collections.abc import Iterator

from pipeline.gates.guard.comparing import number
from pipeline.gates.guard.values import at, said
from pipeline.gates.openapi.node import Document, Json, Mapped, UnreadableContract, listed, mapped

_NOT_FOUND = 404
_BRACES = re.compile(r"\{([^{}]+)\}")
_PLACES = {"path": "path", "query": "query"}
"""Where a probe says the values of which parameters of the contract."""


def never_looked_up(probe: Json, promise: Mapped) -> Iterator[str]:
    """Why a probe never comes as far as what is kept, in words; nothing for what the contract does not speak of."""
    given = {place: dict(_pairs(at(probe, place))) for place in _PLACES}
    for name in _BRACES.findall(str(at(probe, "resource"))):
        if name not in given["path"]:
            yield f"it says no {name}"
    if number(at(probe, "status")) != _NOT_FOUND:
        return
    for parameter, schema in _parameters(probe, promise):
        values = given.get(_PLACES.get(str(parameter.get("in")), ""), {})
        name = str(parameter.get("name"))
        if name in values and not _allows(schema, values[name]):
            yield f"{name} {said(values[name])} is none that the contract allows"


def _pairs(value: Json) -> Iterator[tuple[str, str]]:
    for each in listed(value):
        match each:
            case [str(name), str(text)]:
                yield name, text


def _parameters(probe: Json, promise: Mapped) -> Iterator[tuple[Mapped, Mapped]]:
    """The parameters of what a probe asks, each with its schema, as far as they can be read."""
    document = Document(promise)
    item = mapped(at(promise, "paths", str(at(probe, "resource"))))
    operation = mapped(item.get(str(at(probe, "method")).lower()))
    for each in (*listed(item.get("parameters")), *listed(operation.get("parameters"))):
        try:
            parameter, _ = document.resolve(each, "")
            schema, _ = document.resolve(parameter.get("schema"), "")
        except UnreadableContract:
            continue  # the gate contract tells where a reference leads nowhere
        yield parameter, schema


def _allows(schema: Mapped, text: str) -> bool:
    """Whether a schema allows a text, by what it says of texts and numbers."""
    pattern, choice = schema.get("pattern"), schema.get("enum")
    shortest, longest = number(schema.get("minLength")), number(schema.get("maxLength"))
    least, most = number(schema.get("minimum")), number(schema.get("maximum"))
    value = number(text) if schema.get("type") in ("integer", "number") else None
    return not (
        (isinstance(pattern, str) and not re.search(pattern, text))
        or (isinstance(choice, list) and text not in map(str, choice))
        or (shortest is not None and len(text) < shortest)
        or (longest is not None and len(text) > longest)
        or (least is not None and value is not None and value < least)
        or (most is not None and value is not None and value > most)
    )
