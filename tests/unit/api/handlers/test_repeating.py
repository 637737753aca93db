"""A request that comes again is known again, however it spells the path that it means."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest

from api.adapters.idempotency import Effect, Outcome, Repeatable
from api.handlers import http, repeating
from api.handlers.callers import Caller
from api.handlers.http import Answer
from tests.support import events
from tests.support.dynamodb import new_sku
from tests.support.events import json_body
from tests.support.http_api import Reply, call, send
from tests.support.openapi import operations, resolved
from tests.support.payment_provider.book import Fault
from tests.support.payment_provider.service import Provider
from tests.support.tokens import ANN, OPS
from tests.unit.api.handlers.helpers import available, new_product, place

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


@dataclass
class Notebook:
    """Takes down what was asked for; everything is asked for the first time."""

    asked: list[Repeatable] = field(default_factory=list)

    def once(self, request: Repeatable, context: object, effect: Effect) -> Outcome:  # noqa: ARG002
        self.asked.append(request)
        return Outcome(effect(), replayed=False)

    def digest(self, method: str, path: str, *, caller: str = "ann", key: str = "a-key-of-mine") -> str:
        event = events.proxy_event(method, path, headers={"Idempotency-Key": key})
        request = http.request(event, http.headers(event), "", events.context())
        effect = lambda _: Answer(HTTPStatus.OK, {}, {})  # noqa: E731 - it does nothing
        repeating.once(self, request, Caller(caller, frozenset()), None, effect)  # type: ignore[arg-type]
        return self.asked[-1].digest()


TAKE_A_KEY = [
    at
    for at, operation in operations().items()
    if any(each["name"] == "Idempotency-Key" for each in resolved(operation.get("parameters", [])))
]
"""Methods and paths of the operations."""
ABOUT_ONE = [(method, path) for method, path in TAKE_A_KEY if "{" in path]
THIS, THAT = "01JDA7C0R00000000000000001", "01JDA7C0R00000000000000002"


def about(path: str, thing: str) -> str:
    return re.sub(r"\{[^}]+\}", thing, path)


@pytest.mark.parametrize(("method", "path"), ABOUT_ONE)
def test_a_key_is_for_the_one_thing_that_its_request_is_about(method: str, path: str) -> None:
    this, that, again = (Notebook().digest(method, about(path, thing)) for thing in (THIS, THAT, THIS))
    assert this == again != that


@pytest.mark.parametrize("other", [str.upper, lambda key: f"{key}-", lambda key: key[:-1]])
def test_keys_that_differ_in_anything_are_two(other: Callable[[str], str]) -> None:
    """Whoever takes them for one gives the second request the answer of the first, and never does what it asks."""
    sku, key = new_product(5), new_sku().lower()
    for each in (key, other(key)):
        assert adjusted(sku, each, f"/v1/products/{sku}/stock-adjustments").headers.get("Idempotent-Replayed") != "true"
    assert call("GET", f"/v1/products/{sku}/availability").body["available"] == 7


def test_a_key_is_for_one_caller_and_one_operation_and_one_effect() -> None:
    book = Notebook()
    digests = [book.digest(method, about(path, THIS)) for method, path in TAKE_A_KEY]
    digests += [book.digest(method, about(path, THIS), caller="ben") for method, path in TAKE_A_KEY]
    digests += [book.digest(method, about(path, THIS), key="another-key") for method, path in TAKE_A_KEY]
    assert len(set(digests)) == len(digests) == 3 * len(TAKE_A_KEY)


def test_two_products_are_adjusted_under_one_key_and_two_orders_are_paid_for(provider: Provider) -> None:
    key = new_sku()
    for sku in (new_product(5), new_product(5)):
        reply = adjusted(sku, key, f"/v1/products/{sku}/stock-adjustments")
        assert (reply.status, "Idempotent-Replayed" in reply.headers, available(sku)) == (200, False, 6)
    provider.suffer(Fault.ERROR)
    sku = new_product(5)
    orders = [place((sku, 1)).body["id"] for _ in range(2)]
    provider.suffer(Fault.NONE)
    paid = [call("POST", f"/v1/orders/{order}/payments", ANN, key=key) for order in orders]
    assert [(each.status, "Idempotent-Replayed" in each.headers) for each in paid] == [(201, False)] * 2
    assert {call("GET", f"/v1/orders/{order}", ANN).body["status"] for order in orders} == {"CONFIRMED"}
