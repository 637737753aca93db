"""The catalogue: reading it again cheaply, changing it without losing a change, walking through it."""

from typing import Any

import pytest

from tests.integration.conftest import Seller, new_key
from tests.support.masked import Masked
from tests.support.promised import assert_is
from tests.support.stage import Stage

DETAILS: dict[str, Any] = {"name": "Earl Grey", "category": "tea", "price": {"amount": 990, "currency": "EUR"}}


def test_a_copy_that_is_still_good_is_not_sent_again(stage: Stage, tea: str) -> None:
    first = stage.call("GET", f"/v1/products/{tea}")
    again = stage.call("GET", f"/v1/products/{tea}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


def test_an_order_too_is_not_sent_again(stage: Stage, ann: Masked, kept: dict[str, Any]) -> None:
    path = f"/v1/orders/{kept['id']}"
    etag = stage.call("GET", path, ann).headers["ETag"]
    assert stage.call("GET", path, ann, headers={"If-None-Match": etag}).status == 304
    assert stage.call("GET", path, ann, headers={"If-None-Match": '"999"'}).status == 200


def test_a_change_needs_the_version_that_it_changes(stage: Stage, ops: Masked, sell: Seller) -> None:
    path = f"/v1/products/{sell(0)}"
    blind = stage.call("PUT", path, ops, body=DETAILS)
    assert (blind.status, blind.problem) in ((428, "precondition-required"), (400, "bad-request"))


def test_of_two_changes_of_the_same_version_the_second_is_refused(stage: Stage, ops: Masked, sell: Seller) -> None:
    path = f"/v1/products/{sell(0)}"
    etag = stage.call("GET", path).headers["ETag"]
    first = stage.call("PUT", path, ops, body=DETAILS, headers={"If-Match": etag})
    second = stage.call("PUT", path, ops, body={**DETAILS, "name": "Lost"}, headers={"If-Match": etag})
    assert (first.status, second.status, second.problem) == (200, 412, "precondition-failed")
    assert first.headers["ETag"] != etag
    assert stage.call("GET", path).json["name"] == "Earl Grey"


def test_a_changed_product_is_sent_again(stage: Stage, ops: Masked, sell: Seller) -> None:
    path = f"/v1/products/{sell(0)}"
    etag = stage.call("GET", path).headers["ETag"]
    stage.call("PUT", path, ops, body=DETAILS, headers={"If-Match": "*"})
    assert stage.call("GET", path, headers={"If-None-Match": etag}).status == 200


def test_a_product_is_added_once(stage: Stage, ops: Masked, sell: Seller, key: str) -> None:
    again = stage.call("POST", "/v1/products", ops, body={"sku": sell(0), **DETAILS}, key=key)
    assert (again.status, again.problem) == (409, "product-exists")


def test_stock_cannot_go_below_nothing(stage: Stage, ops: Masked, sell: Seller, key: str) -> None:
    sku = sell(3)
    answer = stage.call("POST", f"/v1/products/{sku}/stock-adjustments", ops, body={"delta": -4}, key=key)
    assert (answer.status, answer.problem) == (409, "stock-limit")
    assert stage.call("GET", f"/v1/products/{sku}/availability").json["available"] == 3


def test_an_adjustment_sent_twice_counts_once(stage: Stage, ops: Masked, sell: Seller, key: str) -> None:
    path = f"/v1/products/{sell(3)}/stock-adjustments"
    first, again = (stage.call("POST", path, ops, body={"delta": 4}, key=key) for _ in range(2))
    assert (first.json["available"], again.json) == (7, first.json)


def test_pages_hold_every_product_once_by_name(stage: Stage, sell: Seller, category: str) -> None:
    for _ in range(3):
        sell(0)
    seen: list[dict[str, Any]] = []
    query: dict[str, str | int] = {"category": category, "limit": 2}
    while True:
        page = stage.call("GET", "/v1/products", query=query).json
        assert_is("ProductPage", page)
        assert len(page["items"]) <= 2
        seen += page["items"]
        if "next_cursor" not in page:
            break
        query = {**query, "cursor": page["next_cursor"]}
    skus = [product["sku"] for product in seen]
    assert len(skus) == len(set(skus)) >= 3
    assert [product["name"] for product in seen] == sorted(product["name"] for product in seen)


@pytest.mark.parametrize("cursor", ["x", "e30", "A" * 300], ids=["short", "unsigned", "long"])
def test_a_made_up_cursor_is_refused(stage: Stage, category: str, cursor: str) -> None:
    answer = stage.call("GET", "/v1/products", query={"category": category, "cursor": cursor})
    assert (answer.status, answer.problem) == (400, "invalid-cursor")


def test_a_cursor_is_good_for_its_own_query_alone(stage: Stage, sell: Seller, category: str) -> None:
    for _ in range(2):
        sell(0)
    cursor = stage.call("GET", "/v1/products", query={"category": category, "limit": 1}).json["next_cursor"]
    answer = stage.call("GET", "/v1/products", query={"category": "tea", "limit": 1, "cursor": cursor})
    assert (answer.status, answer.problem) == (400, "invalid-cursor")


def test_unicode_comes_back_as_it_was_sent(stage: Stage, ops: Masked, key: str) -> None:
    sku = f"GATE-{new_key()[:12].upper()}"
    name = "Thé “Ōolong” 🍵 – 50 % Ä"
    assert stage.call("POST", "/v1/products", ops, body={"sku": sku, **DETAILS, "name": name}, key=key).status == 201
    assert stage.call("GET", f"/v1/products/{sku}").json["name"] == name
