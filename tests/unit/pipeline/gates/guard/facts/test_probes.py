"""Whether a probe asks for something that the contract allows."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.probes import never_looked_up
from tests.unit.pipeline.gates.guard.templates import real_promise

SKU = {"name": "sku", "in": "path", "schema": {"$ref": "#/components/schemas/Sku"}}
PROMISE: Any = {
    "paths": {
        "/v1/things/{sku}": {
            "parameters": [SKU, {"$ref": "#/nowhere"}],
            "get": {
                "parameters": [
                    {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9}},
                    {"name": "kind", "in": "query", "schema": {"enum": ["tea"], "minLength": 3}},
                    {"name": "If-Match", "in": "header", "schema": {"pattern": "x"}},
                ]
            },
        }
    },
    "components": {"schemas": {"Sku": {"type": "string", "pattern": "^[A-Z-]{3,9}$", "maxLength": 9}}},
}


def probe(status: Any = 404, sku: str = "NONE", resource: str = "/v1/things/{sku}", **query: str) -> Any:
    path = [["sku", sku]] if sku else []
    told = [list(pair) for pair in query.items()]
    return {"method": "GET", "resource": resource, "status": status, "path": path, "query": told}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (probe(sku="no such thing"), "sku no such thing is none that the contract allows"),
        (probe(sku="A" * 40), "none that the contract allows"),
        (probe(sku=""), "it says no sku"),
        (probe(200, sku=""), "it says no sku"),
        (probe(size="0"), "size 0"),
        (probe(size="10"), "size 10"),
        (probe(kind="coffee"), "kind coffee"),
    ],
)
def test_what_is_refused_before_anything_is_looked_up_is_told(asked: Any, words: str) -> None:
    (told,) = never_looked_up(asked, PROMISE)
    assert words in told


@pytest.mark.parametrize(
    "asked",
    [
        probe(),
        probe(size="9", kind="tea"),
        probe(400, sku="no such thing"),
        probe(resource="/v1/others"),
        {"method": "GET", "resource": "/v1/things/{sku}", "status": 404, "path": [["sku", "NONE"], None, [1, 2]]},
        {},
        None,
    ],
)
def test_what_is_looked_up_passes(asked: Any) -> None:
    assert list(never_looked_up(asked, PROMISE)) == []
    assert list(never_looked_up(asked, {})) == []


def test_the_contract_is_read_as_it_is() -> None:
    asked: Any = {
        "method": "GET",
        "resource": "/v1/products/{sku}",
        "status": 404,
        "path": [["sku", "PROBE-NO-SUCH-ONE"]],
    }
    assert list(never_looked_up(asked, real_promise())) == []
    assert list(never_looked_up({**asked, "path": [["sku", "no such one"]]}, real_promise())) != []
