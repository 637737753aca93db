"""Paying for orders: at once, later, and not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from api.domain import rules, settling
from api.domain.checkout import FORGOTTEN, OVERDUE
from api.domain.model import OrderStatus
from api.domain.payment import Authorised, Declined, PaymentStatus, Unavailable, Undecided, Voided
from tests.unit.api.domain.examples import CAUSE, LATER, NOON, ORDER_ID, OrdersInMemory, order
from tests.unit.api.domain.paying import Till, till, unpaid

YES = Authorised("PSP-1")


def payment_status(paid: Till) -> PaymentStatus:
    assert paid.order.payment is not None
    return paid.order.payment.status


def test_an_authorised_payment_confirms_the_order_and_tells_it() -> None:
    paid = till(YES)
    after = paid.checkout.pay(paid.order, CAUSE, 3.0)
    assert after == paid.order
    assert (after.status, payment_status(paid)) == (OrderStatus.CONFIRMED, PaymentStatus.AUTHORISED)
    assert (paid.told, paid.sent) == (["PaymentAuthorised", "OrderConfirmed"], [])


def test_a_declined_payment_ends_the_order_and_tells_it() -> None:
    refused = till(Declined())
    after = refused.checkout.pay(refused.order, CAUSE, 3.0)
    assert (after.status, payment_status(refused)) == (OrderStatus.PAYMENT_FAILED, PaymentStatus.DECLINED)
    assert (refused.told, refused.sent) == (["PaymentFailed", "OrderCancelled"], [])


@pytest.mark.parametrize("answer", [Unavailable(), Undecided()])
def test_without_an_answer_that_counts_the_order_waits_and_the_worker_is_told(
    answer: Unavailable | Undecided,
) -> None:
    waiting = till(answer)
    after = waiting.checkout.pay(waiting.order, CAUSE, 3.0)
    assert after == waiting.order == unpaid()
    assert (waiting.told, waiting.sent) == ([], [ORDER_ID])


def test_an_order_that_waits_for_nothing_is_not_paid_again() -> None:
    paid = till(YES)
    confirmed = paid.checkout.pay(paid.order, CAUSE, 3.0)
    assert paid.checkout.pay(confirmed, CAUSE, 3.0) == confirmed
    assert len(paid.provider.asked) == 1


def test_an_order_that_is_cancelled_while_it_is_paid_stays_cancelled_and_is_voided() -> None:
    paid = till(YES)

    def cancelled_meanwhile() -> Iterator[None]:
        paid.orders.change(rules.cancel(paid.order, LATER), [])
        yield

    paid.provider.during = cancelled_meanwhile()
    after = paid.checkout.pay(paid.order, CAUSE, 3.0)
    assert (after.status, payment_status(paid)) == (OrderStatus.CANCELLED, PaymentStatus.VOIDING)
    assert paid.sent == [ORDER_ID]


@pytest.mark.parametrize(
    ("answer", "done", "status"),
    [
        (YES, True, OrderStatus.CONFIRMED),
        (Declined(), True, OrderStatus.PAYMENT_FAILED),
        (Unavailable(), False, OrderStatus.PAYMENT_PENDING),
    ],
)
def test_the_worker_ends_what_was_left_open(
    answer: Authorised | Declined | Unavailable, done: bool, status: OrderStatus
) -> None:
    waiting = till(answer)
    assert waiting.checkout.work_off(ORDER_ID, CAUSE, 3.0) is done
    assert waiting.order.status is status


def test_the_worker_voids_the_payment_of_a_cancelled_order_once() -> None:
    cancelled = till(Voided())
    cancelled.orders.change(rules.cancel(cancelled.order, LATER), [])
    for _ in range(2):
        assert cancelled.checkout.work_off(ORDER_ID, CAUSE, 3.0)
    assert payment_status(cancelled) is PaymentStatus.VOIDED
    assert [operation for operation, *_ in cancelled.provider.asked] == ["void"]


def test_an_order_that_was_cancelled_without_its_payment_is_voided_all_the_same() -> None:
    cancelled = till(Voided())
    alone = replace(cancelled.order, status=OrderStatus.CANCELLED, version=2)
    cancelled.orders.change(alone, [])
    assert cancelled.checkout.work_off(ORDER_ID, CAUSE, 3.0)
    assert payment_status(cancelled) is PaymentStatus.VOIDED


def test_a_void_without_an_answer_is_asked_for_again() -> None:
    cancelled = till(Unavailable())
    cancelled.orders.change(rules.cancel(cancelled.order, LATER), [])
    assert cancelled.checkout.work_off(ORDER_ID, CAUSE, 3.0) is False
    assert payment_status(cancelled) is PaymentStatus.VOIDING


def test_the_worker_has_nothing_to_do_for_orders_that_are_settled_or_not_there() -> None:
    done = till(YES)
    done.orders = OrdersInMemory({ORDER_ID: order()})
    assert done.checkout.work_off(ORDER_ID, CAUSE, 3.0)
    assert done.checkout.work_off("0" * 26, CAUSE, 3.0)
    assert done.provider.asked == []


def test_an_overdue_order_is_cancelled_and_its_payment_given_to_the_worker() -> None:
    waiting = till(YES)
    waiting.now = NOON + OVERDUE
    assert waiting.checkout.sweep(CAUSE) == 1
    assert (waiting.order.status, payment_status(waiting)) == (OrderStatus.CANCELLED, PaymentStatus.VOIDING)
    assert (waiting.told, waiting.sent) == (["OrderCancelled"], [ORDER_ID])
    assert waiting.orders.events[0].detail["data"] == {
        "order_id": ORDER_ID,
        "customer_id": "ann",
        "lines": [{"sku": "TEA-100", "quantity": 2}, {"sku": "MUG-1", "quantity": 1}],
        "reason": "payment_overdue",
        "cancelled_at": "2026-11-23T12:30:00.000Z",
    }


def test_a_forgotten_order_is_given_to_the_worker_again() -> None:
    waiting = till(YES)
    waiting.now = NOON + FORGOTTEN + timedelta(seconds=1)
    assert waiting.checkout.sweep(CAUSE) == 1
    assert (waiting.order, waiting.sent) == (unpaid(), [ORDER_ID])


def test_a_void_that_was_forgotten_is_given_to_the_worker_again() -> None:
    cancelled = till(Voided())
    cancelled.orders.change(rules.cancel(cancelled.order, LATER), [])
    assert cancelled.checkout.sweep(CAUSE) == 1
    assert cancelled.sent == [ORDER_ID]
    assert settling.is_unsettled(cancelled.order)


def test_a_young_order_is_left_alone() -> None:
    waiting = till(YES)
    waiting.now = NOON + FORGOTTEN
    assert waiting.checkout.sweep(CAUSE) == 0
    assert waiting.sent == []
