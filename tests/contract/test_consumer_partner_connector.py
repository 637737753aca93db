"""What a partner's connector relies on; using it against Pact's mock writes its pact."""

from pathlib import Path
from typing import Any, Final

from pact import Pact, match

from api.domain import limits
from contracts.provider_states import ORDER, TEA
from tests.contract.pacts import Record, keep_or_compare
from tests.contract.partner_connector import Connector
from tests.contract.test_consumer_storefront_web import ETAG, JSON, KEY, SIGNED_IN, TIMESTAMP, TOKEN, money, problem

PARTNER_KEY: Final = "a-key-of-the-partner"
CALLER: Final[dict[str, Any]] = {"Authorization": SIGNED_IN, "X-Api-Key": match.regex(PARTNER_KEY, regex="^.{16,}$")}


def line() -> dict[str, object]:
    return {"sku": match.string(TEA), "quantity": match.integer(2), "total": money(1780)}


def order() -> dict[str, object]:
    return {
        "id": match.regex(ORDER, regex=limits.ORDER_ID),
        "status": "CONFIRMED",
        "lines": match.each_like(line(), min=1),
        "total": money(1780),
        "placed_at": TIMESTAMP,
    }


def _orders(pact: Pact) -> None:
    reference = {
        "id": match.regex(ORDER, regex=limits.ORDER_ID),
        "line_count": match.integer(1),
        "total": money(1780),
        "placed_at": TIMESTAMP,
    }
    (
        pact.upon_receiving("a partner's order of two teas")
        .given("the tea is in stock")
        .with_request("POST", "/partner/v1/orders")
        .with_headers({**JSON, **CALLER, "Idempotency-Key": KEY})
        .with_body({"lines": [{"sku": TEA, "quantity": 2}]})
        .will_respond_with(201)
        .with_headers(
            {
                **JSON,
                "ETag": ETAG,
                "Location": match.regex(f"/partner/v1/orders/{ORDER}", regex="/partner/v1/orders/[0-9A-Z]{26}$"),
            }
        )
        .with_body(order())
    )
    (
        pact.upon_receiving("a request for the partner's orders")
        .given("the partner has an order")
        .with_request("GET", "/partner/v1/orders")
        .with_headers(CALLER)
        .will_respond_with(200)
        .with_headers(JSON)
        .with_body({"items": match.each_like(reference, min=1)})
    )
    (
        pact.upon_receiving("a request for an order of the partner's")
        .given("the partner has an order")
        .with_request("GET", f"/partner/v1/orders/{ORDER}")
        .with_headers(CALLER)
        .will_respond_with(200)
        .with_headers({**JSON, "ETag": ETAG})
        .with_body(order())
    )
    (
        pact.upon_receiving("a request for an order that is not the partner's")
        .given("somebody else has the order")
        .with_request("GET", f"/partner/v1/orders/{ORDER[:-1]}1")
        .with_headers(CALLER)
        .will_respond_with(404)
        .with_body(problem(404, "not-found"), "application/problem+json")
    )


def test_the_connector_reads_what_the_pact_says(tmp_path: Path, record_property: Record) -> None:
    pact = Pact("partner-connector", "orders-api").with_specification("V4")
    _orders(pact)
    with pact.serve(addr="127.0.0.1") as mock:
        use(Connector(str(mock.url).rstrip("/"), TOKEN, PARTNER_KEY))
    pact.write_file(tmp_path)
    keep_or_compare(tmp_path / "partner-connector-orders-api.json", record_property)


def use(connector: Connector) -> None:
    placed = connector.place(TEA, 2, KEY)
    assert (placed.status, placed.etag, placed.body["total"]["amount"]) == (201, '"1"', 1780)
    assert [item["id"] for item in connector.orders().body["items"]] == [ORDER]
    assert connector.order(ORDER).body["lines"][0]["quantity"] == 2
    assert connector.order(f"{ORDER[:-1]}1").body["type"] == "/problems/not-found"
