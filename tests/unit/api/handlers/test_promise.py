"""The code and contracts/openapi.yaml say the same: routes, access, limits, and the document that is served."""

import re
from typing import Any

import pytest
from pydantic import BaseModel

from api.domain.carriers import SCAN
from api.domain.partners import READ, WRITE
from api.handlers import bodies, carrier_schemas, customer_schemas, schemas
from api.handlers.routes import Access
from api.handlers.service import DOCUMENT
from api.needs import NEEDS
from tests.support.http_api import ROUTES
from tests.support.messages import WORKERS
from tests.support.openapi import as_json, operations, promise, resolved

_SAYS_NOTHING = ("title", "description", "default", "$defs", "nullable", "x-extensible-enum")
"""Of values, that is: that null is taken where `nullable` says so is for the tests of the handlers to show."""

_ACCESS: dict[Access, tuple[list[dict[str, list[str]]], str | None]] = {
    Access.PUBLIC: ([], None),
    Access.CUSTOMER: ([{"customer": []}], None),
    Access.OPS: ([{"customer": []}], "ops"),
    Access.PARTNER_READS: ([{"partner": [READ], "partnerKey": []}], None),
    Access.PARTNER_WRITES: ([{"partner": [WRITE], "partnerKey": []}], None),
    Access.CARRIER: ([{"carrier": [SCAN]}], None),
}


def test_the_routes_in_the_code_are_those_promised() -> None:
    promised = {
        (method, path, operation["operationId"], operation["tags"][0])
        for (method, path), operation in operations().items()
        if "x-queue" not in operation
    }
    coded = {
        (route.method, route.path, route.operation, function) for function, routes in ROUTES.items() for route in routes
    }
    assert coded == promised
    assert len(coded) == 33


def test_the_code_lets_in_whom_the_promise_lets_in() -> None:
    for routes in ROUTES.values():
        for route in routes:
            operation = operations()[route.method, route.path]
            assert (operation["security"], operation.get("x-group")) == _ACCESS[route.access], route.operation


def test_what_no_function_answers_goes_to_the_queue_of_a_worker() -> None:
    without = {name: one for name, one in operations().items() if "x-queue" in one}
    assert set(without) == {("POST", "/webhooks/payment-provider")}
    for operation in without.values():
        assert operation["tags"] == [operation["x-queue"]]
        assert operation["x-queue"] in WORKERS
        assert "202" in operation["responses"]


def test_every_function_says_what_it_needs() -> None:
    assert set(NEEDS) == {*ROUTES, *WORKERS, "authorizer", "renewal", "rotation"}


def test_nothing_that_others_have_uploaded_is_served() -> None:
    """A link is good for what its function may do: with the uploader's own headers it would serve the uploader."""
    assert {name for name in ROUTES if {*NEEDS[name].claims, *NEEDS[name].imports} - {"s3:PutObject"}} == set()
    assert {name for name, needs in NEEDS.items() if "s3:GetObject" in {*needs.claims, *needs.imports}} <= {*WORKERS}
    assert {name for name, needs in NEEDS.items() if "s3:PutObject" in needs.invoices} == {"invoices"}


def test_every_answer_that_the_gateway_can_give_is_promised() -> None:
    for operation in operations().values():
        statuses = set(operation["responses"])
        assert {"429", "500"} <= statuses
        assert {"401", "403"} <= statuses or not operation["security"]
        assert {"400", "413", "415"} <= statuses or "requestBody" not in operation


def test_the_served_document_is_the_promise_as_json() -> None:
    assert DOCUMENT.read_text() == as_json(), "run scripts/fix, which writes it anew"


def test_problem_types_are_those_listed() -> None:
    listed = promise()["components"]["schemas"]["Problem"]["properties"]["type"]["description"]
    sources = [path.read_text() for path in DOCUMENT.parent.glob("handlers/*.py")]
    known = {slug.strip(" .") for slug in listed.split("One of ")[1].split(",")}
    known = {slug.split()[-1] for slug in known if slug} - {"too-many-requests"}
    unused = {slug for slug in known if not any(re.search(rf"[\"']{slug}[\"']", source) for source in sources)}
    assert unused == set()


def test_how_large_a_body_may_be_is_promised() -> None:
    promised = promise()["components"]["responses"]["TooLarge"]["description"]
    assert f"{bodies.MAX_BYTES:,} bytes" in promised


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (schemas.NewProduct, "NewProduct"),
        (schemas.ProductDetailsBody, "ProductDetails"),
        (schemas.StockAdjustment, "StockAdjustment"),
        (schemas.NewOrder, "NewOrder"),
        (schemas.NewRedrive, "NewRedrive"),
        (schemas.NewClaim, "NewClaim"),
        (schemas.NewProductImport, "NewProductImport"),
        (customer_schemas.ProfileChanges, "ProfileChanges"),
        (customer_schemas.PreferencesBody, "Preferences"),
        (customer_schemas.CustomerLookup, "CustomerLookup"),
        (carrier_schemas.NewScan, "NewScan"),
    ],
)
def test_a_body_is_read_just_as_promised(model: type[BaseModel], name: str) -> None:
    coded = model.model_json_schema()
    assert comparable(coded, coded.get("$defs", {})) == comparable(
        resolved({"$ref": f"#/components/schemas/{name}"}), {}
    )


@pytest.mark.parametrize(
    ("model", "method", "path"),
    [
        (schemas.ProductQuery, "GET", "/v1/products"),
        (schemas.OrderQuery, "GET", "/v1/orders"),
        (schemas.PageQuery, "GET", "/partner/v1/orders"),
    ],
)
def test_a_query_is_read_just_as_promised(model: type[BaseModel], method: str, path: str) -> None:
    parameters = [resolved(parameter) for parameter in operations()[method, path]["parameters"]]
    promised = {parameter["name"]: comparable(parameter["schema"], {}) for parameter in parameters}
    coded = model.model_json_schema()
    definitions = coded.get("$defs", {})
    assert {name: comparable(schema, definitions) for name, schema in coded["properties"].items()} == promised
    assert set(coded.get("required", [])) == {parameter["name"] for parameter in parameters if parameter["required"]}


def comparable(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema without what says nothing about values, `anyOf` with null being how pydantic writes optional."""
    if isinstance(schema, list):
        return [comparable(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return comparable(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return comparable(schema["anyOf"][0], definitions)
    schema = {{"ge": "minimum", "le": "maximum"}.get(name, name): value for name, value in schema.items()}
    kept = {name: value for name, value in schema.items() if name not in _SAYS_NOTHING}
    if "properties" in kept:
        properties = {name: comparable(value, definitions) for name, value in kept.pop("properties").items()}
        required = sorted(kept.pop("required", []))
        return {**comparable(kept, definitions), "properties": properties, "required": required}
    return {name: comparable(value, definitions) for name, value in kept.items()}
