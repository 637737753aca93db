"""A request that comes again is known again, however it spells the path that it means."""

from typing import Any

import pytest

from api.handlers import http
from tests.support import events
from tests.support.dynamodb import new_sku
from tests.support.events import json_body
from tests.support.http_api import Reply, call, send
from tests.support.tokens import OPS
from tests.unit.api.handlers.helpers import new_product

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]


def adjusted(sku: str, key: str, spelled: str) -> Reply:
    """A stock adjustment whose path is spelled so; the gateway has found its route and its sku."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    meant = f"/v1/products/{sku}/stock-adjustments"
    event = events.proxy_event("POST", meant, body=json_body({"delta": 1}), headers=headers, claims=OPS.claims())
    return send("products", {**event, "path": spelled})


@pytest.mark.parametrize(
    "spelled",
    [
        "/v1/products/{sku}/stock-adjustments/",
        "/v1//products/{sku}/stock-adjustments",
        "/v1/product%73/{sku}/stock-adjustments",
        "/v1/products/{escaped}/stock-adjustments",
    ],
)
def test_a_repetition_that_spells_its_path_in_another_way_has_no_second_effect(spelled: str) -> None:
    sku, key = new_product(5), new_sku()
    first = adjusted(sku, key, f"/v1/products/{sku}/stock-adjustments")
    again = adjusted(sku, key, spelled.format(sku=sku, escaped=f"%{ord(sku[0]):02X}{sku[1:]}"))
    assert (again.status, again.headers.get("Idempotent-Replayed")) == (first.status, "true")
    assert call("GET", f"/v1/products/{sku}/availability").body["available"] == 6


@pytest.mark.parametrize(
    ("resource", "parameters", "meant"),
    [
        ("/v1/orders", None, "/v1/orders"),
        ("/v1/orders/{id}", {"id": "01M8"}, "/v1/orders/01M8"),
        ("/v1/orders/{id}", {"id": "a%2Fb"}, "/v1/orders/a/b"),
        ("/v1/{rest+}", {"rest": "x/y"}, "/v1/x/y"),
        ("/v1/orders/{id}", {}, "/v1/orders/"),
    ],
)
def test_a_path_is_meant_by_its_route_and_parameters(resource: str, parameters: Any, meant: str) -> None:
    event = {**events.proxy_event("GET", "//spelled%20oddly/"), "resource": resource, "pathParameters": parameters}
    assert http.request(event, {}, "", events.context()).meant == meant
