"""From a confirmed order to its invoice, on stores in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from api.domain.errors import EventUnreadable, InvoicePending, NoInvoice, OrderMissing
from api.domain.events import Event, order_confirmed
from api.domain.invoice_page import Numbered
from api.domain.invoices import Invoices, Invoicing
from api.domain.model import Order, OrderStatus
from api.domain.owner import partner
from tests.unit.api.domain.examples import ANN, BEN, CAUSE, EVENT_ID, LATER, ORDER_ID, OrdersInMemory, order


@dataclass
class NumbersInMemory:
    """The port InvoiceNumbers."""

    given: dict[str, Numbered] = field(default_factory=dict)

    def of(self, order_id: str) -> Numbered | None:
        return self.given.get(order_id)

    def issue(self, order_id: str, now: datetime) -> Numbered:
        return self.given.setdefault(order_id, Numbered(len(self.given) + 1, now))


@dataclass
class ArchiveInMemory:
    """The port InvoiceArchive. `broken` keeps nothing."""

    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    broken: bool = False

    def keep(self, order_id: str, name: str, page: str) -> bool:
        if self.broken:
            raise ConnectionError
        if order_id in self.pages:
            return False
        self.pages[order_id] = (name, page)
        return True

    def address(self, order_id: str) -> str | None:
        return f"https://invoices.example/{order_id}" if order_id in self.pages else None


@dataclass(frozen=True)
class Desk:
    """Where invoices are written: its stores, and the use case on them."""

    orders: OrdersInMemory = field(default_factory=OrdersInMemory)
    numbers: NumbersInMemory = field(default_factory=NumbersInMemory)
    archive: ArchiveInMemory = field(default_factory=ArchiveInMemory)

    def invoice(self, event: Event) -> bool:
        return Invoicing(self.orders, self.numbers, self.archive, lambda: LATER, ("Shop",)).invoice(event)

    def address(self, order_id: str) -> str:
        return Invoices(self.orders, self.archive).address(ANN, order_id)


def confirmed(of: Order) -> Event:
    return order_confirmed(of, EVENT_ID, CAUSE)


@pytest.fixture
def desk() -> Desk:
    """A desk that knows one order, which is confirmed."""
    made = Desk()
    made.orders.orders[ORDER_ID] = order()
    return made


def test_a_confirmed_order_gets_one_invoice(desk: Desk) -> None:
    assert [desk.invoice(confirmed(order())) for _ in range(2)] == [True, False]
    ((name, page),) = desk.archive.pages.values()
    assert name == "2026-000001"
    assert "20.80 EUR" in page


def test_a_number_is_good_for_one_page_whatever_breaks_between(desk: Desk) -> None:
    desk.archive.broken = True
    with pytest.raises(ConnectionError):
        desk.invoice(confirmed(order()))
    desk.archive.broken = False
    desk.orders.orders[ORDER_ID] = order(OrderStatus.CANCELLED)
    assert desk.invoice(confirmed(order()))
    assert (desk.archive.pages[ORDER_ID][0], len(desk.numbers.given)) == ("2026-000001", 1)


def test_what_was_cancelled_or_not_paid_for_by_then_gets_no_number(desk: Desk) -> None:
    for status in set(OrderStatus) - {OrderStatus.CONFIRMED, OrderStatus.SHIPPED, OrderStatus.DELIVERED}:
        desk.orders.orders[ORDER_ID] = order(status)
        assert not desk.invoice(confirmed(order()))
    assert (desk.numbers.given, desk.archive.pages) == ({}, {})


def test_what_is_shipped_already_still_gets_one(desk: Desk) -> None:
    desk.orders.orders[ORDER_ID] = order(OrderStatus.SHIPPED)
    assert desk.invoice(confirmed(order()))


def test_partners_are_invoiced_elsewhere(desk: Desk) -> None:
    assert not desk.invoice(confirmed(replace(order(), owner=partner("acme"))))
    assert desk.numbers.given == {}


def test_an_event_of_no_order_or_of_none_that_is_known_is_not_handled(desk: Desk) -> None:
    desk.orders.orders.clear()
    with pytest.raises(OrderMissing):
        desk.invoice(confirmed(order()))
    event = confirmed(order())
    with pytest.raises(EventUnreadable):
        desk.invoice(Event(event.id, event.kind, {**event.detail, "data": {}}))


def test_an_owner_is_sent_to_the_invoice_and_nobody_else_is(desk: Desk) -> None:
    desk.invoice(confirmed(order()))
    assert desk.address(ORDER_ID) == f"https://invoices.example/{ORDER_ID}"
    for change in (lambda: desk.orders.orders.update({ORDER_ID: order(owner=BEN)}), desk.orders.orders.clear):
        refuse_after(desk, change)


def refuse_after(desk: Desk, change: Callable[[], None]) -> None:
    change()
    with pytest.raises(OrderMissing):
        desk.address(ORDER_ID)


@pytest.mark.parametrize("status", OrderStatus)
def test_without_an_invoice_the_order_says_whether_one_will_come(desk: Desk, status: OrderStatus) -> None:
    desk.orders.orders[ORDER_ID] = order(status)
    coming = status in (OrderStatus.CONFIRMED, OrderStatus.SHIPPED, OrderStatus.DELIVERED)
    with pytest.raises(InvoicePending if coming else NoInvoice):
        desk.address(ORDER_ID)
