"""Paying for orders: at once, not at all, and after a while. The provider's sandbox decides by the amount."""

from typing import Any

from tests.integration.conftest import Buyer, Seller, new_key
from tests.support.masked import Masked
from tests.support.payment_provider.book import DECLINED, RECOVERS
from tests.support.promised import assert_is
from tests.support.stage import Answer, Stage


def _place(stage: Stage, customer: Masked, sku: str, key: str) -> Answer:
    return stage.call("POST", "/v1/orders", customer, body={"lines": [{"sku": sku, "quantity": 1}]}, key=key)


def _available(stage: Stage, sku: str) -> int:
    available: int = stage.call("GET", f"/v1/products/{sku}/availability").json["available"]
    return available


def test_an_order_comes_with_an_authorised_payment(stage: Stage, ann: Masked, kept: dict[str, Any]) -> None:
    payment = kept["payment"]
    assert_is("Payment", payment)
    assert (payment["status"], payment["amount"]) == ("AUTHORISED", kept["total"])
    found = stage.call("GET", f"/v1/orders/{kept['id']}/payments/{payment['id']}", ann)
    assert (found.status, found.json) == (200, payment)


def test_nobody_sees_somebody_elses_payment(stage: Stage, ben: Masked, kept: dict[str, Any]) -> None:
    path = f"/v1/orders/{kept['id']}/payments"
    assert stage.call("GET", f"{path}/{kept['payment']['id']}", ben).status == 404
    assert stage.call("POST", path, ben, key=new_key()).status == 404


def test_a_declined_payment_gives_the_stock_back_and_stays_declined(
    stage: Stage, ann: Masked, sell: Seller, key: str
) -> None:
    sku = sell(5, DECLINED)
    first, again = (_place(stage, ann, sku, key) for _ in range(2))
    assert (first.status, first.problem) == (again.status, again.problem) == (402, "payment-declined")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert _available(stage, sku) == 5


def test_an_order_that_waits_for_its_payment_can_be_paid_again(
    stage: Stage, ann: Masked, sell: Seller, key: str
) -> None:
    sku = sell(5, RECOVERS)
    placed = _place(stage, ann, sku, key)
    assert (placed.status, placed.json["status"]) == (202, "PAYMENT_PENDING")
    assert_is("Order", placed.json)
    assert (int(placed.headers["Retry-After"]) > 0, _available(stage, sku)) == (True, 4)
    paid = stage.call("POST", f"/v1/orders/{placed.json['id']}/payments", ann, key=new_key())
    assert (paid.status, paid.json["status"]) == (201, "AUTHORISED")
    assert stage.call("GET", f"/v1/orders/{placed.json['id']}", ann).json["status"] == "CONFIRMED"


def test_a_paid_order_is_not_paid_twice(stage: Stage, ann: Masked, buy: Buyer, tea: str) -> None:
    refused = stage.call("POST", f"/v1/orders/{buy(ann, tea)['id']}/payments", ann, key=new_key())
    assert (refused.status, refused.problem) == (409, "nothing-to-pay")
