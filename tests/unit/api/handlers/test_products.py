"""The function `products`, event in, answer out; every answer is held against the promise on the way."""

import re

import pytest

from tests.support.dynamodb import new_sku
from tests.support.http_api import call
from tests.support.tokens import ANN, OPS
from tests.unit.api.handlers.helpers import PRICE, adjust, available, details, new_product

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]


def test_a_new_product_is_read_where_its_answer_says() -> None:
    sku = new_sku()
    created = call("POST", "/v1/products", OPS, key="a-new-product-1", json_body={"sku": sku, **details()})
    assert created.status == 201
    assert created.headers["Location"] == f"/beta/v1/products/{sku}"
    read = call("GET", f"/v1/products/{sku}")
    assert (read.status, read.body, read.headers["ETag"]) == (200, created.body, created.headers["ETag"])
    assert read.headers["Cache-Control"] == "public, max-age=60"


def test_a_description_may_be_left_out() -> None:
    body = {"sku": new_sku(), "name": "Mug", "category": "mugs", "price": PRICE}
    assert call("POST", "/v1/products", OPS, key=new_sku(), json_body=body).body["description"] == ""


def test_a_product_is_created_once() -> None:
    sku = new_product()
    again = call("POST", "/v1/products", OPS, key=new_sku(), json_body={"sku": sku, **details()})
    assert (again.status, again.problem) == (409, "product-exists")


@pytest.mark.parametrize(
    ("given", "status"),
    [('"1"', 304), ('"7", "1"', 304), ('W/"1"', 304), ("*", 304), ('"2"', 200), ("1", 200), ("", 200)],
)
def test_a_copy_that_is_still_good_is_not_sent_again(given: str, status: int) -> None:
    reply = call("GET", f"/v1/products/{new_product()}", headers={"If-None-Match": given})
    assert (reply.status, reply.headers["ETag"], reply.body is None) == (status, '"1"', status == 304)


@pytest.mark.parametrize("if_match", ['"1"', "*", '"9", "1"'])
def test_a_product_is_replaced_by_one_who_has_seen_it(if_match: str) -> None:
    sku = new_product()
    body = details(name="Lapsang", category="smoked")
    replaced = call("PUT", f"/v1/products/{sku}", OPS, headers={"If-Match": if_match}, json_body=body)
    assert (replaced.status, replaced.headers["ETag"], replaced.body["name"]) == (200, '"2"', "Lapsang")
    assert call("GET", f"/v1/products/{sku}").body == replaced.body


@pytest.mark.parametrize("if_match", ['"2"', 'W/"1"', "1", '"01"', '"' + "9" * 40 + '"', "\x00"])
def test_a_product_that_has_changed_since_is_not_replaced(if_match: str) -> None:
    sku = new_product()
    reply = call("PUT", f"/v1/products/{sku}", OPS, headers={"If-Match": if_match}, json_body=details(name="New"))
    assert (reply.status, reply.problem) == (412, "precondition-failed")
    assert call("GET", f"/v1/products/{sku}").body["name"] == "Earl Grey"


@pytest.mark.parametrize("headers", [{}, {"If-Match": ""}, {"If-Match": "  "}])
def test_replacing_wants_to_know_which_version_was_seen(headers: dict[str, str]) -> None:
    reply = call("PUT", f"/v1/products/{new_product()}", OPS, headers=headers, json_body=details())
    assert (reply.status, reply.problem) == (428, "precondition-required")


def test_a_product_that_is_not_there_is_not_found() -> None:
    sku = new_sku()
    replies = [
        call("GET", f"/v1/products/{sku}"),
        call("GET", f"/v1/products/{sku}/availability"),
        call("PUT", f"/v1/products/{sku}", OPS, headers={"If-Match": '"1"'}, json_body=details()),
        adjust(sku, 1),
    ]
    assert [(reply.status, reply.problem) for reply in replies] == [(404, "not-found")] * 4


def test_stock_follows_its_adjustments() -> None:
    sku = new_product()
    assert available(sku) == 0
    adjusted = adjust(sku, 12)
    assert (adjusted.status, adjusted.body) == (200, {"sku": sku, "available": 12})
    assert adjust(sku, -13).problem == "stock-limit"
    assert available(sku) == 12


def test_a_repeated_adjustment_counts_once() -> None:
    sku = new_product()
    path = f"/v1/products/{sku}/stock-adjustments"
    replies = [call("POST", path, OPS, key="the-same-key", json_body={"delta": 5, "reason": "New"}) for _ in range(2)]
    assert [reply.body["available"] for reply in replies] == [5, 5]
    assert [reply.headers.get("Idempotent-Replayed") for reply in replies] == [None, "true"]
    assert available(sku) == 5


def test_availability_is_never_kept() -> None:
    reply = call("GET", f"/v1/products/{new_product(3)}/availability")
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_category_is_read_page_by_page_along_its_links() -> None:
    category = new_sku("c").lower()[:32]
    for name in ("Oolong", "assam", "Earl Grey"):
        new_product(category=category, name=name)
    first = call("GET", "/v1/products", query={"category": category, "limit": "2"})
    assert [item["name"] for item in first.body["items"]] == ["assam", "Earl Grey"]
    assert first.headers["Cache-Control"] == "public, max-age=30"
    link = re.fullmatch(r'</beta/v1/products\?(.+)>; rel="next"', first.headers["Link"])
    assert link is not None
    assert link[1] == f"category={category}&limit=2&cursor={first.body['next_cursor']}"
    second = call("GET", "/v1/products", query=dict(part.split("=") for part in link[1].split("&")))
    assert [item["name"] for item in second.body["items"]] == ["Oolong"]
    assert "next_cursor" not in second.body
    assert "Link" not in second.headers


def test_a_category_is_searched_by_the_beginning_of_a_name() -> None:
    category = new_sku("c").lower()[:32]
    for name in ("Éclair", "Earl Grey"):
        new_product(category=category, name=name)
    reply = call("GET", "/v1/products", query={"category": category, "q": "é"})
    assert [item["name"] for item in reply.body["items"]] == ["Éclair"]


def test_a_cursor_is_for_the_query_that_it_came_from() -> None:
    category = new_sku("c").lower()[:32]
    for name in ("a", "b"):
        new_product(category=category, name=name)
    cursor = call("GET", "/v1/products", query={"category": category, "limit": "1"}).body["next_cursor"]
    assert call("GET", "/v1/products", query={"category": category, "cursor": cursor}).status == 200
    for query in ({"category": "tea"}, {"category": category, "q": "a"}):
        reply = call("GET", "/v1/products", query={**query, "cursor": cursor})
        assert (reply.status, reply.problem) == (400, "invalid-cursor")
    assert call("GET", "/v1/orders", ANN, query={"cursor": cursor}).problem == "invalid-cursor"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/products", {"sku": "TEA-100", **details()}),
        ("PUT", "/v1/products/TEA-100", details()),
        ("POST", "/v1/products/TEA-100/stock-adjustments", {"delta": 1}),
    ],
)
def test_only_ops_change_the_catalogue(method: str, path: str, body: object) -> None:
    headers = {"If-Match": "*"}
    nobody = call(method, path, key=new_sku(), headers=headers, json_body=body)
    assert (nobody.status, nobody.problem) == (401, "unauthorized")
    assert nobody.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    customer = call(method, path, ANN, key=new_sku(), headers=headers, json_body=body)
    assert (customer.status, customer.problem) == (403, "forbidden")
