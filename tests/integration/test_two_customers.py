"""What belongs to one customer, tried by another."""

from typing import Any

import pytest

from tests.integration.conftest import Buyer, new_key
from tests.support.masked import Masked
from tests.support.stage import Stage


def _ids(stage: Stage, token: Masked) -> set[str]:
    """The ids of all orders that the bearer can list."""
    found: set[str] = set()
    cursor: str | None = None
    while True:
        query: dict[str, str | int] = {"limit": 100, **({"cursor": cursor} if cursor else {})}
        page = stage.call("GET", "/v1/orders", token, query=query).json
        found |= {item["id"] for item in page["items"]}
        cursor = page.get("next_cursor")
        if not cursor:
            return found


def test_the_owner_reads_the_order(stage: Stage, ann: Masked, kept: dict[str, Any]) -> None:
    answer = stage.call("GET", f"/v1/orders/{kept['id']}", ann)
    assert (answer.status, answer.json) == (200, kept)


def test_another_customer_is_told_that_there_is_no_such_order(stage: Stage, ben: Masked, kept: dict[str, Any]) -> None:
    answer = stage.call("GET", f"/v1/orders/{kept['id']}", ben)
    assert (answer.status, answer.problem) == (404, "not-found")


def test_another_customer_cannot_tell_by_the_answer_whether_the_order_exists(
    stage: Stage, ben: Masked, kept: dict[str, Any]
) -> None:
    there = stage.call("GET", f"/v1/orders/{kept['id']}", ben).json
    nowhere = stage.call("GET", "/v1/orders/01JDA7C0R00000000000000000", ben).json
    differs = {"instance", "correlation_id", "detail"}
    assert {name: there[name] for name in there if name not in differs} == {
        name: nowhere[name] for name in nowhere if name not in differs
    }
    assert there["detail"].replace(kept["id"], "") == nowhere["detail"].replace("01JDA7C0R00000000000000000", "")


@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}, {"If-Match": '"1"'}], ids=["plain", "any", "version"])
def test_another_customer_cannot_cancel_it(
    stage: Stage, ann: Masked, ben: Masked, kept: dict[str, Any], headers: dict[str, str]
) -> None:
    answer = stage.call("POST", f"/v1/orders/{kept['id']}/cancellation", ben, headers=headers)
    assert (answer.status, answer.problem) == (404, "not-found")
    assert stage.call("GET", f"/v1/orders/{kept['id']}", ann).json == kept


def test_lists_hold_one_s_own_orders_alone(
    stage: Stage, ann: Masked, ben: Masked, buy: Buyer, tea: str, kept: dict[str, Any]
) -> None:
    other = buy(ben, tea)
    assert kept["id"] in _ids(stage, ann)
    assert other["id"] in _ids(stage, ben)
    assert not _ids(stage, ann) & _ids(stage, ben)


def test_a_cursor_is_good_for_its_owner_alone(stage: Stage, ann: Masked, ben: Masked, buy: Buyer, tea: str) -> None:
    for _ in range(2):
        buy(ann, tea)
    cursor = stage.call("GET", "/v1/orders", ann, query={"limit": 1}).json["next_cursor"]
    assert stage.call("GET", "/v1/orders", ann, query={"limit": 1, "cursor": cursor}).status == 200
    answer = stage.call("GET", "/v1/orders", ben, query={"limit": 1, "cursor": cursor})
    assert (answer.status, answer.problem) == (400, "invalid-cursor")


def test_two_customers_may_use_the_same_idempotency_key(stage: Stage, ann: Masked, ben: Masked, tea: str) -> None:
    key, body = new_key(), {"lines": [{"sku": tea, "quantity": 1}]}
    first = stage.call("POST", "/v1/orders", ann, body=body, key=key)
    second = stage.call("POST", "/v1/orders", ben, body=body, key=key)
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] != second.json["id"]


@pytest.mark.parametrize("header", ["X-User-Id", "X-Forwarded-User", "X-Amzn-Oidc-Identity"])
def test_who_is_calling_is_never_read_from_a_header(
    stage: Stage, ben: Masked, kept: dict[str, Any], users: dict[str, Any], header: str
) -> None:
    headers = {header: users["ann"].username}
    assert stage.call("GET", f"/v1/orders/{kept['id']}", ben, headers=headers).status == 404
