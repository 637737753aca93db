"""Two versions of a promise: what breaks its clients, case by case, with the cases of the catalogue by their names."""

import copy
from typing import Any

import pytest

from pipeline.gates.openapi.change import Change
from pipeline.gates.openapi.node import UnreadableContract
from pipeline.gates.openapi.operations import diff
from tests.unit.pipeline.gates.openapi.documents import (
    BASE,
    GONE,
    NEW_ORDER,
    ORDER,
    ORDERS,
    PROBLEM,
    SCHEMAS,
    TODAY,
    Anything,
    breaking,
    changed,
    told,
)

ORDER_FIELDS = f"{SCHEMAS}/Order/properties"
PARAMETERS = f"{ORDERS}/get/parameters"
BODY = f"{ORDERS}/post/requestBody"
ANSWERS = f"{ORDERS}/post/responses"


def renamed(document: Anything, name: str, to: str) -> Anything:
    """The properties with one of them under another name."""
    return {to if key == name else key: value for key, value in document.items()}


def test_nothing_changed_is_nothing_told() -> None:
    assert diff(BASE, copy.deepcopy(BASE), TODAY) == ()


CATALOGUE: dict[str, tuple[str, Any, list[str]]] = {
    "C01 a field of an answer is renamed": (
        ORDER_FIELDS,
        renamed(ORDER["properties"], "total", "amount"),
        ["response-field-removed"],
    ),
    "C02 text became a number": (
        f"{ORDER_FIELDS}/id",
        {"type": "integer"},
        ["response-pattern-wider", "response-type-other"],
    ),
    "C03 an allowed value is gone": (
        f"{SCHEMAS}/NewOrder/properties/speed/enum",
        ["slow"],
        ["request-enum-narrower"],
    ),
    "C05 an optional field became required": (
        f"{SCHEMAS}/NewOrder/required",
        ["sku", "note"],
        ["request-required-narrower"],
    ),
    "C06 201 became 200": (
        ANSWERS,
        {"200": {"description": "placed"}, "404": {"$ref": "#/components/responses/Problem"}},
        ["response-status-removed"],
    ),
    "C06 404 became 403": (
        f"{ORDERS.replace('orders', 'orders~1{id}')}/get/responses",
        {"403": {"$ref": "#/components/responses/Problem"}},
        ["response-status-removed"],
    ),
    "C09 errors have another shape": (
        f"{SCHEMAS}/Problem/properties",
        renamed(PROBLEM["properties"], "status", "code"),
        ["response-field-removed"],
    ),
    "C10 a date became a number of seconds": (
        f"{ORDER_FIELDS}/placed_at",
        {"type": "integer"},
        ["response-format-wider", "response-type-other"],
    ),
}


@pytest.mark.parametrize("case", CATALOGUE)
def test_what_the_catalogue_forbids(case: str) -> None:
    pointer, value, kinds = CATALOGUE[case]
    assert breaking(changed(pointer, value)) == kinds


MORE_THAT_BREAKS: dict[str, tuple[str, Any, list[str]]] = {
    "a parameter has another name": (f"{PARAMETERS}/0/name", "size", ["parameter-removed"]),
    "a parameter moved elsewhere": (f"{PARAMETERS}/0/in", "header", ["parameter-moved"]),
    "it stands on another host": ("/servers", [{"url": "https://b.example.com/x"}], ["server-path-removed"]),
    "someone else is called back": (f"{ORDERS}/post/callbacks", {"placed": {}}, ["callbacks-other"]),
    "a path is gone": ("/paths/~1v1~1orders~1{id}", GONE, ["operation-removed"]),
    "a method is gone": (f"{ORDERS}/post", GONE, ["operation-removed"]),
    "it stands somewhere else": ("/servers/0/url", "https://example.com/api", ["server-path-removed"]),
    "a parameter is gone": (PARAMETERS, [], ["parameter-removed"]),
    "a parameter became required": (f"{PARAMETERS}/0/required", True, ["parameter-required"]),
    "a new parameter is required": (
        f"{ORDERS.replace('orders', 'orders~1{id}')}/get/parameters",
        [{"name": "view", "in": "query", "required": True, "schema": {"type": "string"}}],
        ["required-parameter-added"],
    ),
    "a parameter is written in another style": (f"{PARAMETERS}/0/explode", False, ["parameter-style"]),
    "a parameter takes less": (f"{PARAMETERS}/0/schema/maximum", 50, ["request-maximum-narrower"]),
    "the body is gone": (BODY, GONE, ["request-body-removed"]),
    "the body has another media type": (
        f"{BODY}/content",
        {"application/xml": {"schema": {"type": "string"}}},
        ["request-media-type-removed"],
    ),
    "a new required field": (
        f"{SCHEMAS}/NewOrder",
        {**NEW_ORDER, "required": ["sku", "vat"], "properties": {**NEW_ORDER["properties"], "vat": {"type": "string"}}},
        ["request-required-field-added"],
    ),
    "a field is no longer read": (f"{SCHEMAS}/NewOrder/properties/note", GONE, ["request-field-removed"]),
    "a field takes shorter text": (f"{SCHEMAS}/NewOrder/properties/sku/maxLength", 8, ["request-maxLength-narrower"]),
    "a field takes text of a pattern": (
        f"{SCHEMAS}/NewOrder/properties/note/pattern",
        "^[a-z]+$",
        ["request-pattern-narrower"],
    ),
    "an answer may lack a field": (f"{SCHEMAS}/Order/required", ["id", "placed_at"], ["response-required-wider"]),
    "an answer may hold nothing": (f"{ORDER_FIELDS}/total/nullable", True, ["response-type-wider"]),
    "an answer has values that nobody knew": (
        f"{SCHEMAS}/Status/enum",
        ["CONFIRMED", "CANCELLED", "LOST"],
        ["response-enum-wider"],
    ),
    "an answer's text has any form": (f"{ORDER_FIELDS}/placed_at/format", GONE, ["response-format-wider"]),
    "an answer's number may be negative": (f"{ORDER_FIELDS}/total/minimum", GONE, ["response-minimum-wider"]),
    "an answer's header is gone": (f"{ANSWERS}/201/headers/Location", GONE, ["response-header-removed"]),
    "an answer's header may be missing": (
        f"{ANSWERS}/201/headers/Location/required",
        False,
        ["response-header-optional"],
    ),
    "an answer has another media type": (
        f"{ANSWERS}/201/content",
        {"text/csv": {"schema": {"type": "string"}}},
        ["response-media-type-removed"],
    ),
    "a public operation asks for a token": (f"{ORDERS}/get/security", GONE, ["security-added"]),
    "another kind of token is asked for": ("/security", [{"partner": []}], ["security-added"] * 2),
    "a word that this comparison does not know": (
        f"{ORDER_FIELDS}/id/contentEncoding",
        "base64",
        ["response-contentEncoding-other"],
    ),
}


@pytest.mark.parametrize("case", MORE_THAT_BREAKS)
def test_what_else_takes_something_away(case: str) -> None:
    pointer, value, kinds = MORE_THAT_BREAKS[case]
    assert breaking(changed(pointer, value)) == kinds


HARMLESS: dict[str, tuple[str, Any, list[str]]] = {
    "a parameter's style as it always was": (f"{PARAMETERS}/0/style", "form", []),
    "a parameter may be left out": (
        f"{ORDERS}/post/parameters/0/required",
        False,
        ["parameter-optional"],
    ),
    "the body may be left out": (f"{BODY}/required", False, ["request-body-optional"]),
    "one more address": ("/servers", [{"url": "/"}, {"url": "/eu"}], []),
    "the host by its name": ("/servers", [{"url": "https://api.example.com/"}], []),
    "an answer's new header": (
        f"{ANSWERS}/201/headers/Deprecation",
        {"schema": {"type": "string"}},
        ["response-header-added"],
    ),
    "a new optional field in an answer": (f"{ORDER_FIELDS}/lines", {"type": "array"}, ["response-field-added"]),
    "a new optional field in a request": (
        f"{SCHEMAS}/NewOrder/properties/gift",
        {"type": "boolean"},
        ["request-field-added"],
    ),
    "a new operation": (
        "/paths/~1v1~1health",
        {"get": {"responses": {"200": {"description": "ok"}}}},
        ["operation-added"],
    ),
    "a new status": (f"{ANSWERS}/429", {"description": "slow down"}, ["response-status-added"]),
    "a new optional parameter": (
        f"{ORDERS}/post/parameters",
        [
            BASE["paths"]["/v1/orders"]["post"]["parameters"][0],
            {"name": "q", "in": "query", "schema": {"type": "string"}},
        ],
        ["parameter-added"],
    ),
    "a parameter in a path under another name": (
        "/paths",
        {
            "/v1/orders": BASE["paths"]["/v1/orders"],
            "/v1/orders/{order}": {
                "parameters": [{"name": "order", "in": "path", "required": True, "schema": {"type": "string"}}],
                "get": {"responses": {"404": {"$ref": "#/components/responses/Problem"}}},
            },
        },
        [],
    ),
    "a request may leave a field out": (f"{SCHEMAS}/NewOrder/required", [], ["request-required-wider"]),
    "a request may have longer text": (f"{SCHEMAS}/NewOrder/properties/sku/maxLength", 64, ["request-maxLength-wider"]),
    "a request may have more values": (
        f"{SCHEMAS}/NewOrder/properties/speed/enum",
        ["slow", "fast", "now"],
        ["request-enum-wider"],
    ),
    "an answer always has a field": (
        f"{SCHEMAS}/Order/required",
        ["id", "total", "placed_at", "status"],
        ["response-required-narrower"],
    ),
    "an answer has fewer values": (f"{SCHEMAS}/Status/enum", ["CONFIRMED"], ["response-enum-narrower"]),
    "an operation became public": (f"{ORDERS}/post/security", [], ["security-loosened"]),
    "two ways in instead of one": ("/security", [{"customer": []}, {"partner": []}], ["security-loosened"] * 2),
    "words for people": (f"{ORDERS}/post/description", "Places an order.", []),
    "an example": (f"{ORDER_FIELDS}/id/example", "01J", []),
    "a note to tools": (f"{ORDER_FIELDS}/id/x-order", 1, []),
    "a new version of the document": ("/info/version", "2", []),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_may_change(case: str) -> None:
    pointer, value, kinds = HARMLESS[case]
    assert told(changed(pointer, value)) == [(kind, False) for kind in kinds]


def test_values_may_be_added_where_readers_were_told_so_from_the_start() -> None:
    open_ended: Anything = {"type": "string", "enum": ["CONFIRMED"], "x-extensible-enum": True}
    base = changed(f"{SCHEMAS}/Status", open_ended)
    new = changed(f"{SCHEMAS}/Status/enum", ["CONFIRMED", "LOST"], base)
    assert told(new, base) == [("response-enum-wider", False)]
    late = changed(f"{SCHEMAS}/Status", {**open_ended, "enum": ["CONFIRMED", "CANCELLED", "LOST"]})
    assert breaking(late) == ["response-enum-wider"]


def test_a_change_is_told_once_at_the_place_where_it_stands() -> None:
    new = changed(f"{ORDER_FIELDS}/total/type", "string")
    assert diff(BASE, new, TODAY) == (
        Change(f"{ORDER_FIELDS}/total", "response-type-other", "type integer became string", breaking=True),
    )


def test_what_is_gone_is_told_at_its_place_in_the_older_document() -> None:
    (change,) = diff(BASE, changed(f"{ANSWERS}/201", GONE), TODAY)
    assert change == Change(
        f"{ANSWERS}/201", "response-status-removed", "status 201 is no longer answered", breaking=True
    )


def test_references_may_come_and_go_as_long_as_they_lead_to_the_same() -> None:
    assert told(changed(f"{ORDER_FIELDS}/status", {"type": "string", "enum": ["CONFIRMED", "CANCELLED"]})) == []


@pytest.mark.parametrize("reference", ["#/components/schemas/Nowhere", "other.yaml#/x", "#/components/schemas/Loop"])
def test_a_reference_that_leads_nowhere_is_refused(reference: str) -> None:
    document = changed(f"{SCHEMAS}/Loop", {"$ref": "#/components/schemas/Loop"})
    with pytest.raises(UnreadableContract):
        diff(document, changed(f"{ORDER_FIELDS}/status", {"$ref": reference}, document), TODAY)
