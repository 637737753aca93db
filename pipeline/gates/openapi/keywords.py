"""How one keyword of a schema moves the set of allowed values. Pure tables and small comparisons."""

import json
from collections.abc import Callable, Iterator

from pipeline.gates.openapi.change import Shift
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped, texts
from pipeline.gates.openapi.patterns import moved_pattern

EVERY_TYPE = frozenset({"null", "boolean", "integer", "fraction", "string", "array", "object"})

# The greater the value, the fewer documents are allowed; and the other way round.
_LOWER_BOUNDS = ("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum")
_UPPER_BOUNDS = ("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum")

# They say something to people or tools and allow or forbid nothing.
ANNOTATIONS = frozenset(
    {"$comment", "$id", "$schema", "deprecated", "description", "example", "examples"}
    | {"externalDocs", "readOnly", "title", "writeOnly", "xml", "$defs", "definitions"}
)
# Compared as a whole tree elsewhere.
STRUCTURE = frozenset({"additionalProperties", "allOf", "anyOf", "default", "items", "oneOf", "properties", "required"})
# The values of the first are among those of the second (OpenAPI 3.0.3, "Data Types").
_FORMATS_WITHIN = frozenset({("int32", "int64"), ("float", "double")})

type Moved = tuple[str, Shift, str]


def moved_keywords(base: Mapped, new: Mapped) -> Iterator[Moved]:
    """Every keyword whose meaning differs, with its shift and the change in words."""
    yield from _types(base, new)
    yield from _values(base, new)
    yield from _bounds(base, new)
    for keyword, compare in (("pattern", moved_pattern), ("format", _formats), ("multipleOf", _multiples)):
        yield from _condition(keyword, base, new, compare)
    yield from _discriminator(base, new)
    yield from _unique(base, new)
    yield from _unknown(base, new)


def allowed_types(schema: Mapped) -> frozenset[str]:
    """The JSON types that `schema` allows, `number` split into `integer` and `fraction`."""
    named = schema.get("type")
    if named is None:
        return EVERY_TYPE
    names = {named} if isinstance(named, str) else set(texts(named))
    if "number" in names:
        names = (names - {"number"}) | {"integer", "fraction"}
    if schema.get("nullable") is True:
        names.add("null")
    return frozenset(names)


def _types(base: Mapped, new: Mapped) -> Iterator[Moved]:
    before, after = allowed_types(base), allowed_types(new)
    if before != after:
        yield "type", _of_sets(before, after), f"type {_named(base)} became {_named(new)}"


def _named(schema: Mapped) -> str:
    named = schema.get("type", "anything")
    text = named if isinstance(named, str) else " or ".join(texts(named))
    return f"{text} or null" if schema.get("nullable") is True else text


def _values(base: Mapped, new: Mapped) -> Iterator[Moved]:
    before, after = _allowed_values(base), _allowed_values(new)
    if before == after:
        return
    if before is None or after is None:
        yield "enum", Shift.NARROWER if before is None else Shift.WIDER, "a list of allowed values came or went"
        return
    gone, came = sorted(before - after), sorted(after - before)
    told = [f"lost {', '.join(gone)}"] * bool(gone) + [f"gained {', '.join(came)}"] * bool(came)
    yield "enum", _of_sets(before, after), f"allowed values {' and '.join(told)}"


def _allowed_values(schema: Mapped) -> frozenset[str] | None:
    if "const" in schema:
        return frozenset({json.dumps(schema["const"], sort_keys=True)})
    if "enum" in schema:
        return frozenset(json.dumps(value, sort_keys=True) for value in listed(schema["enum"]))
    return None


def _of_sets(before: frozenset[str], after: frozenset[str]) -> Shift:
    if after < before:
        return Shift.NARROWER
    return Shift.WIDER if after > before else Shift.OTHER


def _bounds(base: Mapped, new: Mapped) -> Iterator[Moved]:
    for keywords, sign in ((_LOWER_BOUNDS, 1), (_UPPER_BOUNDS, -1)):
        for keyword in keywords:
            before, after = _bound(base, keyword, sign), _bound(new, keyword, sign)
            if before != after:
                shift = Shift.NARROWER if after > before else Shift.WIDER
                yield keyword, shift, f"{keyword} {_told(base, keyword)} became {_told(new, keyword)}"


def _bound(schema: Mapped, keyword: str, sign: int) -> tuple[float, bool]:
    """A bound as a pair that grows as fewer values are allowed: the signed limit, and whether it excludes itself.

    OpenAPI 3.0 writes `exclusiveMinimum: true` beside `minimum`; JSON Schema writes the limit itself.
    """
    value = schema.get(keyword)
    exclusive = schema.get("exclusiveM" + keyword[1:]) is True if keyword in ("minimum", "maximum") else False
    if isinstance(value, bool) or not isinstance(value, int | float):
        return float("-inf"), False
    return sign * value, exclusive


def _told(schema: Mapped, keyword: str) -> str:
    return json.dumps(schema[keyword]) if keyword in schema else "none"


def _condition(keyword: str, base: Mapped, new: Mapped, compare: Callable[[Json, Json], Shift]) -> Iterator[Moved]:
    """A keyword that only ever takes values away."""
    before, after = base.get(keyword), new.get(keyword)
    if before == after:
        return
    if before is None or after is None:
        shift = Shift.NARROWER if before is None else Shift.WIDER
    else:
        shift = compare(before, after)
    yield keyword, shift, f"{keyword} {_told(base, keyword)} became {_told(new, keyword)}"


def _formats(before: Json, after: Json) -> Shift:
    if (before, after) in _FORMATS_WITHIN:
        return Shift.WIDER
    return Shift.NARROWER if (after, before) in _FORMATS_WITHIN else Shift.OTHER


def _discriminator(base: Mapped, new: Mapped) -> Iterator[Moved]:
    """What tells alternatives apart. New names beside the old ones come with alternatives, which tell of themselves."""
    before, after = mapped(base.get("discriminator")), mapped(new.get("discriminator"))
    names, found = mapped(before.get("mapping")), mapped(after.get("mapping"))
    kept = all(found.get(name) == where for name, where in names.items())
    if before and not (kept and before.get("propertyName") == after.get("propertyName")):
        yield "discriminator", Shift.OTHER, "alternatives are told apart by something else"


def _multiples(before: Json, after: Json) -> Shift:
    """Every multiple of 6 is one of 3, and not the other way round; only whole numbers are compared."""
    if not (isinstance(before, int) and isinstance(after, int) and before and after):
        return Shift.OTHER
    if after % before == 0:
        return Shift.NARROWER
    return Shift.WIDER if before % after == 0 else Shift.OTHER


def _unique(base: Mapped, new: Mapped) -> Iterator[Moved]:
    before, after = base.get("uniqueItems") is True, new.get("uniqueItems") is True
    if before != after:
        yield "uniqueItems", Shift.NARROWER if after else Shift.WIDER, f"uniqueItems became {str(after).lower()}"


_KNOWN = (
    ANNOTATIONS
    | STRUCTURE
    | {
        *_LOWER_BOUNDS,
        *_UPPER_BOUNDS,
        "type",
        "nullable",
        "enum",
        "const",
        "pattern",
        "format",
        "multipleOf",
        "uniqueItems",
        "discriminator",
    }
)


def _unknown(base: Mapped, new: Mapped) -> Iterator[Moved]:
    """A keyword we don't know may mean anything, so a change of it is never waved through."""
    for keyword in sorted({*base, *new} - _KNOWN):
        if not keyword.startswith("x-") and base.get(keyword) != new.get(keyword):
            yield keyword, Shift.OTHER, f"{keyword} changed, which this comparison can't judge"
