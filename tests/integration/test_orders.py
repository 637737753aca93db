"""Placing and cancelling orders: once, never more than there is, and with the stock given back."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.integration.conftest import Buyer, Seller, new_key
from tests.support.masked import Masked
from tests.support.promised import assert_is
from tests.support.stage import Answer, Stage


def _available(stage: Stage, sku: str) -> int:
    available: int = stage.call("GET", f"/v1/products/{sku}/availability").json["available"]
    return available


def _order(sku: str, quantity: int = 1) -> dict[str, Any]:
    return {"lines": [{"sku": sku, "quantity": quantity}]}


def test_a_placed_order_is_where_its_location_says(stage: Stage, ann: Masked, tea: str, key: str) -> None:
    placed = stage.call("POST", "/v1/orders", ann, body=_order(tea, 3), key=key)
    assert placed.status == 201
    assert_is("Order", placed.json)
    assert placed.json["total"] == {"amount": 3_750, "currency": "EUR"}
    path = f"/v1/orders/{placed.json['id']}"
    assert placed.headers["Location"].endswith(path)  # before it stands the path under which the stage is reached
    read = stage.call("GET", path, ann)
    assert (read.status, read.json) == (200, placed.json)
    assert read.headers["ETag"] == placed.headers["ETag"]


def test_own_orders_are_found_by_status_and_time(stage: Stage, ann: Masked, tea: str, key: str) -> None:
    placed = stage.call("POST", "/v1/orders", ann, body=_order(tea), key=key).json
    since = {"status": placed["status"], "from": placed["placed_at"]}
    assert placed["id"] in [each["id"] for each in stage.call("GET", "/v1/orders", ann, query=since).json["items"]]
    earlier = stage.call("GET", "/v1/orders", ann, query={"to": placed["placed_at"], "limit": "100"})
    assert placed["id"] not in [each["id"] for each in earlier.json["items"]]


def test_a_repeated_request_places_no_second_order(stage: Stage, ann: Masked, sell: Seller, key: str) -> None:
    sku = sell(5)
    first, again = (stage.call("POST", "/v1/orders", ann, body=_order(sku), key=key) for _ in range(2))
    assert (again.status, again.body) == (first.status, first.body)  # the same to the byte
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert _available(stage, sku) == 4


def test_a_used_key_is_good_for_the_same_body_alone(stage: Stage, ann: Masked, tea: str, key: str) -> None:
    assert stage.call("POST", "/v1/orders", ann, body=_order(tea, 1), key=key).status == 201
    other = stage.call("POST", "/v1/orders", ann, body=_order(tea, 2), key=key)
    assert (other.status, other.problem) == (422, "idempotency-key-reused")


def test_the_same_request_many_times_at_once_places_one_order(stage: Stage, ann: Masked, sell: Seller) -> None:
    sku, key = sell(20), new_key()
    with ThreadPoolExecutor(8) as callers:
        sent = [callers.submit(stage.call, "POST", "/v1/orders", ann, body=_order(sku), key=key) for _ in range(8)]
        answers = [one.result() for one in sent]
    placed = {answer.json["id"] for answer in answers if answer.status == 201}
    assert len(placed) == 1, answers
    assert {answer.problem for answer in answers if answer.status != 201} <= {"request-in-progress", "busy"}
    assert _available(stage, sku) == 19


def test_many_buyers_at_once_never_get_more_than_there_is(stage: Stage, ann: Masked, ben: Masked, sell: Seller) -> None:
    sku = sell(5)

    def try_to_buy(number: int) -> Answer:
        return stage.call("POST", "/v1/orders", (ann, ben)[number % 2], body=_order(sku), key=new_key())

    with ThreadPoolExecutor(8) as buyers:
        answers = list(buyers.map(try_to_buy, range(16)))
    seen = Counter(answer.problem or str(answer.status) for answer in answers)
    assert set(seen) <= {"201", "out-of-stock", "busy"}, seen
    assert 1 <= seen["201"] <= 5
    assert _available(stage, sku) == 5 - seen["201"]


def test_an_order_of_more_than_there_is_leaves_the_stock_alone(
    stage: Stage, ann: Masked, sell: Seller, key: str
) -> None:
    enough, short = sell(10), sell(1)
    lines = [{"sku": enough, "quantity": 2}, {"sku": short, "quantity": 2}]
    answer = stage.call("POST", "/v1/orders", ann, body={"lines": lines}, key=key)
    assert (answer.status, answer.problem) == (409, "out-of-stock")
    assert (_available(stage, enough), _available(stage, short)) == (10, 1)


def test_an_order_of_an_unknown_product_names_the_line(stage: Stage, ann: Masked, tea: str, key: str) -> None:
    lines = [{"sku": tea, "quantity": 1}, {"sku": "NO-SUCH-SKU", "quantity": 1}]
    answer = stage.call("POST", "/v1/orders", ann, body={"lines": lines}, key=key)
    assert (answer.status, answer.problem) == (422, "unknown-product")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/lines/1/sku"]


def test_cancelling_gives_the_stock_back_once(stage: Stage, ann: Masked, sell: Seller, buy: Buyer) -> None:
    sku = sell(5)
    order = buy(ann, sku, 2)
    path = f"/v1/orders/{order['id']}/cancellation"
    first, second = stage.call("POST", path, ann), stage.call("POST", path, ann)
    assert (first.status, first.json["status"]) == (200, "CANCELLED")
    assert (second.status, second.problem) == (409, "order-cancelled")
    assert _available(stage, sku) == 5


def test_a_cancelled_order_stays_readable(stage: Stage, ann: Masked, order: dict[str, Any]) -> None:
    stage.call("POST", f"/v1/orders/{order['id']}/cancellation", ann)
    assert stage.call("GET", f"/v1/orders/{order['id']}", ann).json["status"] == "CANCELLED"


def test_an_order_that_has_changed_is_not_cancelled_by_an_old_etag(
    stage: Stage, ann: Masked, order: dict[str, Any]
) -> None:
    path = f"/v1/orders/{order['id']}/cancellation"
    stale = stage.call("POST", path, ann, headers={"If-Match": '"999"'})
    assert (stale.status, stale.problem) == (412, "precondition-failed")
    etag = stage.call("GET", f"/v1/orders/{order['id']}", ann).headers["ETag"]
    assert stage.call("POST", path, ann, headers={"If-Match": etag}).status == 200


def test_orders_are_listed_newest_first_and_each_once(stage: Stage, ann: Masked, buy: Buyer, tea: str) -> None:
    placed = [buy(ann, tea)["id"] for _ in range(3)]
    listed: list[str] = []
    query: dict[str, str | int] = {"limit": 2}
    while True:
        page = stage.call("GET", "/v1/orders", ann, query=query).json
        listed += [item["id"] for item in page["items"]]
        if "next_cursor" not in page:
            break
        query = {"limit": 2, "cursor": page["next_cursor"]}
    assert listed[:3] == placed[::-1]
    assert len(listed) == len(set(listed))
