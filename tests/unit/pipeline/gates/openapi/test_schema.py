"""Schemas in one direction: by properties, against a real validator, and the corners of composition."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.openapi.change import Direction
from pipeline.gates.openapi.events import diff_event
from pipeline.gates.openapi.node import Document, Json
from pipeline.gates.openapi.schema import Schemas
from tests.unit.pipeline.gates.openapi.documents import TODAY, Anything

small = st.integers(0, 4)
texts = st.text("ab", max_size=3)
strings = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": small,
        "maxLength": small,
        "enum": st.lists(texts, min_size=1, max_size=3, unique=True),
        "pattern": st.sampled_from(["^a", "b$"]),
    },
)
numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={"minimum": small, "maximum": small, "multipleOf": st.integers(1, 4), "enum": st.just([1, 2])},
)
others = st.sampled_from([{"type": "boolean"}, {}, {"type": ["string", "null"]}])
scalars: st.SearchStrategy[Any] = st.one_of(strings, numbers, others)


def holders(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    arrays = st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": small, "maxItems": small, "uniqueItems": st.booleans()},
    )
    choices = st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)})
    return st.one_of(arrays, choices)


schemas = st.recursive(scalars, holders, max_leaves=4)
objects = st.fixed_dictionaries(
    {
        "type": st.just("object"),
        "additionalProperties": st.just(False) | scalars,
        "properties": st.dictionaries(st.sampled_from("pqr"), schemas, max_size=3),
        "required": st.lists(st.sampled_from("pqr"), max_size=3, unique=True),
    }
)
# As OpenAPI 3.0.3 writes them: https://spec.openapis.org/oas/v3.0.3#schema-object
dialect = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "nullable": st.booleans(),
        "minimum": small,
        "maximum": small,
        "exclusiveMinimum": st.booleans(),
        "exclusiveMaximum": st.booleans(),
    },
)
# Two versions of the same kind of schema differ in what matters more often than any two do.
versions: st.SearchStrategy[tuple[Any, Any]] = st.one_of(
    [st.tuples(kind, kind) for kind in (strings, numbers, dialect, holders(scalars), objects, schemas)]
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-1, 5), st.sampled_from([0.5, 2.0]), texts),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
documents = st.one_of(values, st.dictionaries(st.sampled_from("pqr"), values, max_size=3))


def breaking(base: Json, new: Json, direction: Direction) -> list[str]:
    found = Schemas(Document(base), Document(new), direction, TODAY).compare(base, new, "", "")
    return [change.kind for change in found if change.breaking]


def allows(schema: Anything, value: object) -> bool:
    return jsonschema_rs.Draft202012Validator(translated(schema)).is_valid(value)


def translated(schema: Anything) -> Anything:
    """A schema of OpenAPI 3.0.3 in the words of JSON Schema 2020-12; what says the same in both stays."""
    plain = {key: value for key, value in schema.items() if key != "nullable"}
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(plain.get(exclusive), bool) and plain.pop(exclusive) and limit in plain:
            plain[exclusive] = plain.pop(limit)
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


@given(st.one_of(schemas, objects), st.sampled_from(Direction))
def test_a_schema_never_breaks_with_itself(schema: Json, direction: Direction) -> None:
    assert breaking(schema, schema, direction) == []


@given(versions, documents)
def test_a_request_that_was_good_and_is_refused_now_is_always_noticed(both: tuple[Any, Any], value: object) -> None:
    base, new = both
    if allows(base, value) and not allows(new, value):
        assert breaking(base, new, Direction.REQUEST)


@given(versions.filter(lambda both: both[0].get("type") != "object"), documents)
def test_an_answer_that_nobody_had_to_expect_is_always_noticed(both: tuple[Any, Any], value: object) -> None:
    """Objects are left out: a new field of an answer is a surprise that readers agree to."""
    base, new = both
    if allows(new, value) and not allows(base, value):
        assert breaking(base, new, Direction.RESPONSE)


@given(versions.filter(lambda both: both[0].get("type") != "object"))
def test_what_narrows_one_way_widens_the_other(both: tuple[Any, Any]) -> None:
    base, new = both
    forth = breaking(base, new, Direction.REQUEST)
    back = breaking(new, base, Direction.RESPONSE)
    assert bool(forth) == bool(back)


LETTERS = [letter * length for letter in "ab" for length in range(7)]
EVERYTHING: list[Any] = [*range(-1, 8), 0.5, 2.5, *LETTERS, None, True, [], {}]
ONE_KEYWORD: st.SearchStrategy[Any] = st.one_of(
    st.fixed_dictionaries({"type": st.just("string")}, optional={"minLength": small}),
    st.fixed_dictionaries({"type": st.just("string")}, optional={"maxLength": small}),
    st.fixed_dictionaries({"type": st.just("number")}, optional={"minimum": small}),
    st.fixed_dictionaries({"type": st.just("number")}, optional={"maximum": small}),
    st.fixed_dictionaries({"type": st.just("integer")}, optional={"multipleOf": st.integers(1, 6)}),
    st.fixed_dictionaries({"enum": st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3, unique=True)}),
    st.fixed_dictionaries({"type": st.sampled_from(["string", "number", "integer", "boolean", "array", "object"])}),
)


@given(st.tuples(ONE_KEYWORD, ONE_KEYWORD).filter(lambda both: both[0].keys() == both[1].keys()))
def test_what_is_told_of_one_keyword_is_told_because_some_value_shows_it(both: tuple[Any, Any]) -> None:
    base, new = both
    refused = any(allows(base, value) and not allows(new, value) for value in EVERYTHING)
    unexpected = any(allows(new, value) and not allows(base, value) for value in EVERYTHING)
    assert bool(breaking(base, new, Direction.REQUEST)) is (refused or _apart(base, new))
    assert bool(breaking(base, new, Direction.RESPONSE)) is (unexpected or _apart(base, new))


def _apart(base: Anything, new: Anything) -> bool:
    """Multiples of which neither holds the other are not compared by value."""
    return base.get("multipleOf", 1) != new.get("multipleOf", 1) and bool(
        base.get("multipleOf", 1) % new.get("multipleOf", 1) and new.get("multipleOf", 1) % base.get("multipleOf", 1)
    )


def obj(**properties: Json) -> Anything:
    return {"type": "object", "properties": properties, "required": list(properties)}


TEXT: Anything = {"type": "string"}
NUMBER: Anything = {"type": "integer"}


def test_parts_of_allof_count_as_one() -> None:
    split: Anything = {"allOf": [obj(a=TEXT), obj(b=NUMBER)]}
    whole: Anything = {**obj(a=TEXT, b=NUMBER), "required": ["a", "b"]}
    assert breaking(split, whole, Direction.RESPONSE) == breaking(whole, split, Direction.REQUEST) == []
    assert breaking(split, {"allOf": [obj(a=TEXT)]}, Direction.RESPONSE) == ["response-field-removed"]


def test_parts_of_allof_that_contradict_each_other_are_not_judged() -> None:
    base: Anything = {"allOf": [{"maxLength": 3}, {"maxLength": 5}]}
    assert breaking(base, {"allOf": [{"maxLength": 3}, {"maxLength": 6}]}, Direction.REQUEST) == [
        "request-unmerged allOf-other"
    ]


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_alternatives_may_be_sorted_and_must_not_be_lost(keyword: str) -> None:
    card, bill = obj(card=TEXT), obj(iban=TEXT)
    both: Anything = {keyword: [card, bill]}
    assert breaking(both, {keyword: [bill, card]}, Direction.REQUEST) == []
    assert breaking(both, {keyword: [card]}, Direction.REQUEST) == [f"request-{keyword}-narrower"]
    assert breaking({keyword: [card]}, both, Direction.RESPONSE) == [f"response-{keyword}-wider"]
    assert breaking({keyword: [card]}, both, Direction.REQUEST) == []
    assert breaking(both, {}, Direction.RESPONSE) == [f"response-{keyword}-wider"]
    assert breaking({}, both, Direction.REQUEST) == [f"request-{keyword}-narrower"]


def test_an_alternative_that_changes_inside_is_a_lost_one() -> None:
    nested: Anything = {"oneOf": [{"oneOf": [obj(a=TEXT)]}]}
    other: Anything = {"oneOf": [{"oneOf": [obj(a=NUMBER)]}]}
    assert breaking(nested, other, Direction.REQUEST) == ["request-oneOf-narrower"]


@pytest.mark.parametrize(
    ("base", "new", "request_", "response"),
    [
        (False, True, False, False),  # readers ignore what they don't know
        (True, False, True, False),
        (False, TEXT, False, False),
        (TEXT, False, True, False),
        (TEXT, True, False, True),
        (True, TEXT, True, False),
        (TEXT, NUMBER, True, True),
    ],
)
def test_fields_without_a_name_of_their_own(base: Json, new: Json, *, request_: bool, response: bool) -> None:
    old, young = {"additionalProperties": base}, {"additionalProperties": new}
    assert bool(breaking(old, young, Direction.REQUEST)) is request_
    assert bool(breaking(old, young, Direction.RESPONSE)) is response


@pytest.mark.parametrize(
    ("base", "new", "narrower"),
    [
        ({"minimum": 1}, {"minimum": 1, "exclusiveMinimum": True}, True),
        ({"maximum": 9, "exclusiveMaximum": True}, {"maximum": 9}, False),
        ({"exclusiveMinimum": 1}, {"exclusiveMinimum": 2}, True),
        ({"multipleOf": 3}, {"multipleOf": 6}, True),
        ({"multipleOf": 6}, {"multipleOf": 3}, False),
        ({"const": "a"}, {"enum": ["a", "b"]}, False),
        ({"type": "number"}, {"type": "integer"}, True),
        ({"type": "string", "nullable": True}, {"type": "string"}, True),
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}, False),
    ],
)
def test_limits_as_either_dialect_writes_them(base: Anything, new: Anything, *, narrower: bool) -> None:
    assert bool(breaking(base, new, Direction.REQUEST)) is narrower


BREAKING_PAIRS: dict[str, tuple[Anything, Anything, bool, bool]] = {
    "a default that clients relied on": ({"default": 20}, {"default": 50}, True, False),
    "a default that is gone": ({"default": 20}, {}, True, False),
    "a default that is written down": ({}, {"default": 20}, False, False),
    "numbers of more bits": ({"format": "int32"}, {"format": "int64"}, False, True),
    "numbers of fewer bits": ({"format": "double"}, {"format": "float"}, True, False),
    "a date without its time": ({"format": "date-time"}, {"format": "date"}, True, True),
    "nothing is allowed any more": ({"properties": {"a": TEXT}}, {"properties": {"a": False}}, True, True),
    "anything is still allowed": ({"additionalProperties": True}, {"additionalProperties": {}}, False, False),
    "items by their place": ({"items": [TEXT, NUMBER]}, {"items": [NUMBER, TEXT]}, True, True),
    "alternatives told apart by another field": (
        {"discriminator": {"propertyName": "kind"}},
        {"discriminator": {"propertyName": "type"}},
        True,
        True,
    ),
    "one more name of an alternative": (
        {"discriminator": {"propertyName": "kind", "mapping": {"a": "#/A"}}},
        {"discriminator": {"propertyName": "kind", "mapping": {"a": "#/A", "b": "#/B"}}},
        False,
        False,
    ),
    "a field that clients may no longer write": (obj(a=TEXT), obj(a={**TEXT, "readOnly": True}), True, False),
    "a field that is no longer answered": (obj(a=TEXT), obj(a={**TEXT, "writeOnly": True}), False, True),
    "a required field that only answers have": (
        {"properties": {}},
        {"properties": {"a": {**TEXT, "readOnly": True}}, "required": ["a"]},
        False,
        False,
    ),
    "a name for what any field could hold": (
        {"additionalProperties": TEXT},
        {"additionalProperties": TEXT, "properties": {"a": TEXT}},
        False,
        False,
    ),
    "another kind for what any field could hold": (
        {"additionalProperties": TEXT},
        {"additionalProperties": TEXT, "properties": {"a": NUMBER}},
        True,
        True,
    ),
    "parts that disagree on a field": (
        {"allOf": [obj(a=TEXT), obj(a={"maxLength": 9})]},
        {"allOf": [obj(a=TEXT), obj(a={"maxLength": 8})]},
        True,
        True,
    ),
}


@pytest.mark.parametrize("case", BREAKING_PAIRS)
def test_who_is_broken_by_what(case: str) -> None:
    base, new, request_, response = BREAKING_PAIRS[case]
    assert bool(breaking(base, new, Direction.REQUEST)) is request_
    assert bool(breaking(base, new, Direction.RESPONSE)) is response


EVENT: Anything = {
    "type": "object",
    "required": ["metadata", "data"],
    "properties": {
        "metadata": {"type": "object", "properties": {"schema_version": {"const": 1}}},
        "data": {"$ref": "#/definitions/placed"},
    },
    "definitions": {"placed": {**obj(order_id=TEXT, total=NUMBER), "additionalProperties": False}},
}


def placed(**properties: Json) -> Anything:
    return {**EVENT, "definitions": {"placed": {**obj(**properties), "additionalProperties": False}}}


def test_c07_a_field_of_an_event_is_renamed_under_the_same_version() -> None:
    changes = diff_event(EVENT, placed(order_number=TEXT, total=NUMBER), TODAY)
    assert [(change.pointer, change.kind) for change in changes if change.breaking] == [
        ("/definitions/placed/properties/order_id", "response-field-removed")
    ]


def test_an_event_may_say_more() -> None:
    changes = diff_event(EVENT, placed(order_id=TEXT, total=NUMBER, customer=TEXT), TODAY)
    assert [(change.kind, change.breaking) for change in changes] == [("response-required-field-added", False)]
