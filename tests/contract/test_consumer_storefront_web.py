"""What the storefront relies on; using it against Pact's mock writes contracts/pacts/storefront-web-orders-api.json."""

from pathlib import Path
from typing import Any, Final

from pact import Pact, match

from api.domain import limits
from contracts.provider_states import ORDER, TEA
from tests.contract.pacts import Record, keep_or_compare
from tests.contract.storefront_web import Storefront

TOKEN: Final = "an-access-token"
KEY: Final = "7f1d9c8e-2b57-4c56-9a5e-6f4f0a1f7c11"
TIMESTAMP: Final = match.regex("2026-11-23T12:00:00.000Z", regex=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$")
ETAG: Final = match.regex('"1"', regex=r'^"[0-9]+"$')
SIGNED_IN: Final = match.regex(f"Bearer {TOKEN}", regex="^Bearer .+$")
JSON: Final[dict[str, Any]] = {"Content-Type": "application/json"}


def money(amount: int) -> dict[str, Any]:
    return {"amount": match.integer(amount), "currency": match.regex("EUR", regex="^[A-Z]{3}$")}


def product() -> dict[str, Any]:
    return {
        "sku": TEA,
        "name": match.string("Earl Grey, 100 g"),
        "description": match.string(""),
        "category": match.string("tea"),
        "price": money(890),
    }


def order(status: str) -> dict[str, Any]:
    line = {
        "sku": match.string(TEA),
        "name": match.string("Earl Grey, 100 g"),
        "quantity": match.integer(2),
        "unit_price": money(890),
        "total": money(1780),
    }
    return {
        "id": match.regex(ORDER, regex=limits.ORDER_ID),
        "status": status,
        "lines": match.each_like(line, min=1),
        "total": money(1780),
        "placed_at": TIMESTAMP,
    }


def problem(status: int, slug: str) -> dict[str, Any]:
    return {
        "type": f"/problems/{slug}",
        "title": match.string("A title"),
        "status": status,
        "detail": match.string("What went wrong."),
        "instance": match.string("/v1"),
        "correlation_id": match.string("01JDA7C0R00000000000000000"),
    }


def new_pact() -> Pact:
    return Pact("storefront-web", "orders-api").with_specification("V4")


def _catalogue(pact: Pact) -> None:
    (
        pact.upon_receiving("a request for the teas")
        .given("the tea is in stock")
        .with_request("GET", "/v1/products")
        .with_query_parameter("category", "tea")
        .will_respond_with(200)
        .with_headers(JSON)
        .with_body({"items": match.each_like({**product(), "sku": match.string(TEA)}, min=1)})
    )
    (
        pact.upon_receiving("a request for the tea")
        .given("the tea is in stock")
        .with_request("GET", f"/v1/products/{TEA}")
        .will_respond_with(200)
        .with_headers({**JSON, "ETag": ETAG})
        .with_body(product())
    )
    (
        pact.upon_receiving("a request for the tea by one who has a copy")
        .given("the tea is in stock")
        .with_request("GET", f"/v1/products/{TEA}")
        .with_header("If-None-Match", '"1"')
        .will_respond_with(304)
        .with_header("ETag", '"1"')
    )
    (
        pact.upon_receiving("a request for a product that is not there")
        .given("there is no such product")
        .with_request("GET", "/v1/products/NO-SUCH-PRODUCT")
        .will_respond_with(404)
        .with_body(problem(404, "not-found"), "application/problem+json")
    )
    (
        pact.upon_receiving("a request for the availability of the tea")
        .given("the tea is in stock")
        .with_request("GET", f"/v1/products/{TEA}/availability")
        .will_respond_with(200)
        .with_headers(JSON)
        .with_body({"sku": TEA, "available": match.integer(10)})
    )


def _placing(pact: Pact) -> None:
    body = {"lines": [{"sku": TEA, "quantity": 2}]}
    (
        pact.upon_receiving("an order of two teas")
        .given("the tea is in stock")
        .with_request("POST", "/v1/orders")
        .with_headers({**JSON, "Authorization": SIGNED_IN, "Idempotency-Key": KEY})
        .with_body(body)
        .will_respond_with(201)
        .with_headers(
            {**JSON, "ETag": ETAG, "Location": match.regex(f"/v1/orders/{ORDER}", regex="/v1/orders/[0-9A-Z]{26}$")}
        )
        .with_body(order("CONFIRMED"))
    )
    (
        pact.upon_receiving("an order of two teas when there are none")
        .given("the tea is sold out")
        .with_request("POST", "/v1/orders")
        .with_headers({**JSON, "Authorization": SIGNED_IN, "Idempotency-Key": KEY[::-1]})
        .with_body(body)
        .will_respond_with(409)
        .with_body(
            {
                **problem(409, "out-of-stock"),
                "errors": match.each_like(
                    {
                        "pointer": match.regex("/lines/0/sku", regex=r"^/lines/\d+/sku$"),
                        "detail": match.string("None."),
                    },
                    min=1,
                ),
            },
            "application/problem+json",
        )
    )
    (
        pact.upon_receiving("an order without a key")
        .given("the tea is in stock")
        .with_request("POST", "/v1/orders")
        .with_headers({**JSON, "Authorization": SIGNED_IN})
        .with_body(body)
        .will_respond_with(400)
        .with_body(problem(400, "bad-request"), "application/problem+json")
    )


def _own_orders(pact: Pact) -> None:
    summary = {
        "id": match.regex(ORDER, regex=limits.ORDER_ID),
        "status": match.regex("CONFIRMED", regex="^(CONFIRMED|SHIPPED|CANCELLED)$"),
        "line_count": match.integer(1),
        "total": money(1780),
        "placed_at": TIMESTAMP,
    }
    (
        pact.upon_receiving("a request for the caller's orders")
        .given("the caller has an order")
        .with_request("GET", "/v1/orders")
        .with_header("Authorization", SIGNED_IN)
        .will_respond_with(200)
        .with_headers(JSON)
        .with_body({"items": match.each_like(summary, min=1)})
    )
    (
        pact.upon_receiving("a request for an order of the caller's")
        .given("the caller has an order")
        .with_request("GET", f"/v1/orders/{ORDER}")
        .with_header("Authorization", SIGNED_IN)
        .will_respond_with(200)
        .with_headers({**JSON, "ETag": ETAG})
        .with_body(order("CONFIRMED"))
    )


def _cancelling(pact: Pact) -> None:
    (
        pact.upon_receiving("a cancellation")
        .given("the caller has an order")
        .with_request("POST", f"/v1/orders/{ORDER}/cancellation")
        .with_header("Authorization", SIGNED_IN)
        .will_respond_with(200)
        .with_headers({**JSON, "ETag": ETAG})
        .with_body(order("CANCELLED"))
    )


def _too_late(pact: Pact) -> None:
    """The same requests as before, in other states: so these are told to a mock of their own.

    That an invoice is there (303) is not: the verifier follows redirects, so no pact can speak of one.
    """
    (
        pact.upon_receiving("a request for an invoice that is being written")
        .given("the caller has an order")
        .with_request("GET", f"/v1/orders/{ORDER}/invoice")
        .with_header("Authorization", SIGNED_IN)
        .will_respond_with(409)
        .with_header("Retry-After", match.regex("5", regex="^[0-9]{1,5}$"))
        .with_body(problem(409, "invoice-pending"), "application/problem+json")
    )
    (
        pact.upon_receiving("a request for an order of somebody else's")
        .given("somebody else has the order")
        .with_request("GET", f"/v1/orders/{ORDER}")
        .with_header("Authorization", SIGNED_IN)
        .will_respond_with(404)
        .with_body(problem(404, "not-found"), "application/problem+json")
    )
    (
        pact.upon_receiving("a cancellation after the parcel has left")
        .given("the caller's order has been shipped")
        .with_request("POST", f"/v1/orders/{ORDER}/cancellation")
        .with_header("Authorization", SIGNED_IN)
        .will_respond_with(409)
        .with_body(problem(409, "order-shipped"), "application/problem+json")
    )


def _on_its_way(pact: Pact) -> None:
    """The same request once more: in a third state."""
    shipment = {
        "carrier": match.string("northway"),
        "tracking_number": match.string(f"NW{ORDER}01"),
        "status": match.string("DISPATCHED"),
        "dispatched_at": TIMESTAMP,
    }
    (
        pact.upon_receiving("a request for an order whose parcel has left")
        .given("the caller's order has been shipped")
        .with_request("GET", f"/v1/orders/{ORDER}")
        .with_header("Authorization", SIGNED_IN)
        .will_respond_with(200)
        .with_headers({**JSON, "ETag": ETAG})
        .with_body({**order("SHIPPED"), "shipments": match.each_like(shipment, min=1)})
    )


def test_the_storefront_reads_what_the_pact_says(tmp_path: Path, record_property: Record) -> None:
    pact, too_late, on_its_way = new_pact(), new_pact(), new_pact()
    for describe in (_catalogue, _placing, _own_orders, _cancelling):
        describe(pact)
    _too_late(too_late)
    _on_its_way(on_its_way)
    with pact.serve(addr="127.0.0.1") as mock:
        use(Storefront(str(mock.url).rstrip("/"), TOKEN))
    with too_late.serve(addr="127.0.0.1") as mock:
        use_too_late(Storefront(str(mock.url).rstrip("/"), TOKEN))
    with on_its_way.serve(addr="127.0.0.1") as mock:
        (shipment,) = Storefront(str(mock.url).rstrip("/"), TOKEN).order(ORDER).body["shipments"]
        assert shipment["tracking_number"] == f"NW{ORDER}01"
    for each in (pact, too_late, on_its_way):
        each.write_file(tmp_path)
    keep_or_compare(tmp_path / "storefront-web-orders-api.json", record_property)


def use(shop: Storefront) -> None:
    assert [item["sku"] for item in shop.products("tea").body["items"]] == [TEA]
    tea = shop.product(TEA)
    assert (tea.body["price"], tea.etag) == ({"amount": 890, "currency": "EUR"}, '"1"')
    assert shop.product(TEA, etag=tea.etag).status == 304
    assert shop.product("NO-SUCH-PRODUCT").body["type"] == "/problems/not-found"
    assert shop.availability(TEA).body["available"] == 10
    placed = shop.place(TEA, 2, KEY)
    assert (placed.status, placed.location, placed.body["total"]["amount"]) == (201, f"/v1/orders/{ORDER}", 1780)
    assert shop.place(TEA, 2, KEY[::-1]).body["errors"][0]["pointer"] == "/lines/0/sku"
    assert shop.place(TEA, 2, None).status == 400
    assert [item["id"] for item in shop.orders().body["items"]] == [ORDER]
    assert shop.order(ORDER).body["lines"][0]["quantity"] == 2
    assert shop.cancel(ORDER).body["status"] == "CANCELLED"


def use_too_late(shop: Storefront) -> None:
    assert shop.invoice(ORDER).body["type"] == "/problems/invoice-pending"
    assert shop.order(ORDER).status == 404
    assert shop.cancel(ORDER).body["type"] == "/problems/order-shipped"
