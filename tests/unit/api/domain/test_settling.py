"""How an order and its payment move together, whatever happens in whichever order."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import rules, settling
from api.domain.errors import DomainError, NothingToPay, PaymentMissing
from api.domain.model import Order, OrderStatus
from api.domain.payment import PaymentStatus
from tests.unit.api.domain.examples import LATER, NOON, ORDER_ID, PAYMENT_ID, order

type Step = Callable[[Order], Order]

STEPS: dict[str, Step] = {
    "authorised": lambda order: settling.authorised(order, "PSP-1", LATER),
    "declined": lambda order: settling.declined(order, LATER),
    "cancelled": lambda order: rules.cancel(order, LATER),
    "voided": lambda order: settling.voided(order, LATER),
}

TOGETHER = {
    OrderStatus.PAYMENT_PENDING: {PaymentStatus.PENDING},
    OrderStatus.CONFIRMED: {PaymentStatus.AUTHORISED},
    OrderStatus.PAYMENT_FAILED: {PaymentStatus.DECLINED},
    OrderStatus.CANCELLED: {PaymentStatus.VOIDING, PaymentStatus.VOIDED},
}
"""Every status that an order can have before it is shipped, and those that its payment has then."""


def unpaid() -> Order:
    return settling.asked(order(), PAYMENT_ID)


def status_of(order: Order) -> PaymentStatus:
    assert order.payment is not None
    return order.payment.status


def test_an_order_is_to_be_paid_for_in_full() -> None:
    asked = unpaid()
    assert asked.payment is not None
    assert (asked.status, asked.payment.amount, asked.payment.id) == (
        OrderStatus.PAYMENT_PENDING,
        asked.total,
        PAYMENT_ID,
    )
    assert asked.payment.created_at == asked.placed_at == NOON


def test_a_payment_that_is_authorised_confirms_the_order() -> None:
    paid = settling.authorised(unpaid(), "PSP-1", LATER)
    assert paid.payment is not None
    assert (paid.status, paid.payment.reference, paid.version) == (OrderStatus.CONFIRMED, "PSP-1", 2)


def test_an_order_from_before_there_were_payments_is_cancelled_without_one() -> None:
    old = order()
    assert rules.cancel(old, LATER).payment is None
    assert not settling.is_unsettled(rules.cancel(old, LATER))
    assert settling.gives_back(rules.cancel(old, LATER))
    with pytest.raises(NothingToPay):
        settling.pending(old)


def test_a_payment_is_found_by_its_own_id_alone() -> None:
    assert settling.payment(unpaid(), PAYMENT_ID).id == PAYMENT_ID
    for asked, payment_id in ((unpaid(), ORDER_ID), (order(), PAYMENT_ID)):
        with pytest.raises(PaymentMissing):
            settling.payment(asked, payment_id)


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_order_and_payment_always_fit_and_the_stock_is_given_back_at_most_once(story: list[str]) -> None:
    now, given_back, authorised = unpaid(), 0, 0
    for name in story:
        try:
            after = STEPS[name](now)
        except DomainError:
            continue
        assert after.version == now.version + 1
        assert after.payment is not None
        assert now.payment is not None
        assert after.payment.version == now.payment.version + 1
        assert status_of(after) in TOGETHER[after.status]
        given_back += settling.gives_back(after)
        authorised += after.status is OrderStatus.CONFIRMED
        now = after
    ended = now.status in (OrderStatus.CANCELLED, OrderStatus.PAYMENT_FAILED)
    assert given_back == int(ended)
    assert authorised <= 1
    assert settling.is_unsettled(now) == (status_of(now) in (PaymentStatus.PENDING, PaymentStatus.VOIDING))


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_nothing_that_is_settled_moves_any_more_but_a_paid_order_that_is_cancelled(story: list[str]) -> None:
    now = unpaid()
    for name in story:
        settled = status_of(now) in (PaymentStatus.DECLINED, PaymentStatus.VOIDED)
        try:
            after = STEPS[name](now)
        except DomainError:
            continue
        assert not settled
        now = after
