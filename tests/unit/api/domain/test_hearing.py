"""Settling orders by what the payment provider tells by itself."""

from dataclasses import dataclass, field, replace

import pytest

from api.domain import rules
from api.domain.errors import PaymentMissing
from api.domain.hearing import Heard, Hearing, StillUnsettled
from api.domain.model import Order, OrderStatus
from api.domain.payment import Authorised, Declined, PaymentStatus
from api.domain.settlement import Settlement
from api.domain.webhook import Told
from tests.unit.api.domain.examples import CAUSE, LATER, ORDER_ID, PAYMENT_ID, InboxInMemory, OrdersInMemory
from tests.unit.api.domain.paying import unpaid

YES = Told("evt-00000001", PAYMENT_ID, Authorised("PSP-1"))
NO = Told("evt-00000002", PAYMENT_ID, Declined())


@dataclass
class Desk:
    """Somebody who hears the provider, and one order that waits for its payment."""

    orders: OrdersInMemory = field(default_factory=lambda: OrdersInMemory({ORDER_ID: unpaid()}))
    inbox: InboxInMemory = field(default_factory=InboxInMemory)

    def hear(self, told: Told) -> Heard:
        ids = iter(f"{number:026}" for number in range(99))
        settlement = Settlement(self.orders, lambda: LATER, lambda: next(ids))
        return Hearing(self.orders, settlement, self.inbox).hear(told, CAUSE)

    @property
    def order(self) -> Order:
        return self.orders.orders[ORDER_ID]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_authorised_payment_confirms_the_order_as_the_worker_would(desk: Desk) -> None:
    assert desk.hear(YES) is Heard.SETTLED
    assert desk.order.status is OrderStatus.CONFIRMED
    assert desk.order.payment is not None
    assert (desk.order.payment.status, desk.order.payment.reference) == (PaymentStatus.AUTHORISED, "PSP-1")
    assert [event.kind for event in desk.orders.events] == ["PaymentAuthorised", "OrderConfirmed"]


def test_a_declined_payment_ends_the_order_as_the_worker_would(desk: Desk) -> None:
    assert desk.hear(NO) is Heard.SETTLED
    assert desk.order.status is OrderStatus.PAYMENT_FAILED
    assert [event.kind for event in desk.orders.events] == ["PaymentFailed", "OrderCancelled"]


def test_what_is_told_again_changes_nothing(desk: Desk) -> None:
    desk.hear(YES)
    before = desk.order
    assert desk.hear(YES) is Heard.REPEATED
    assert desk.order == before


def test_what_is_told_twice_at_once_is_a_repetition_for_one_of_them(desk: Desk) -> None:
    desk.inbox.knows = lambda _: False  # type: ignore[assignment,method-assign]  # neither has seen the other yet
    assert desk.hear(YES) is Heard.SETTLED
    assert desk.hear(YES) is Heard.REPEATED


def test_a_later_word_about_a_settled_order_changes_nothing(desk: Desk) -> None:
    desk.hear(YES)
    before = desk.order
    assert desk.hear(NO) is Heard.OF_NO_MATTER
    assert desk.order == before


def test_a_cancelled_order_stays_cancelled(desk: Desk) -> None:
    desk.orders.change(rules.cancel(desk.order, LATER), [])
    before = desk.order
    assert desk.hear(YES) is Heard.OF_NO_MATTER
    assert desk.order == before


def test_a_word_about_something_else_is_only_noted(desk: Desk) -> None:
    assert desk.hear(replace(YES, answer=None)) is Heard.OF_NO_MATTER
    assert desk.hear(replace(YES, answer=None)) is Heard.REPEATED


def test_a_payment_that_is_not_found_yet_is_looked_for_again(desk: Desk) -> None:
    unknown = replace(YES, payment_id="01JDA7C0R00000000000000009")
    for _ in range(2):
        with pytest.raises(PaymentMissing):
            desk.hear(unknown)


def test_an_order_that_is_changed_at_the_same_moment_is_settled_later(desk: Desk) -> None:
    keep = desk.orders.change
    desk.orders.change = lambda order, events: keep(replace(order, version=99), events)  # type: ignore[method-assign]
    with pytest.raises(StillUnsettled):
        desk.hear(YES)
    desk.orders.change = keep  # type: ignore[method-assign]
    assert desk.hear(YES) is Heard.SETTLED
