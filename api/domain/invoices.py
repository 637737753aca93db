"""Invoices: one for each order that a customer has paid for, written once, and what a customer may fetch of them.

An invoice names no buyer. It is kept for as long as the law asks, so it could not be erased with its customer; what it
does not hold needs no erasing. Whose it is, the order says, under a number that stands for nobody once its customer is
forgotten. Partners are invoiced elsewhere, for many orders at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.domain import invoice_page
from api.domain.errors import InvoicePending, NoInvoice, OrderMissing
from api.domain.events import Event, is_partners, order_of
from api.domain.invoice_page import Invoice, Numbered
from api.domain.model import OrderStatus
from api.domain.owner import Owner
from api.domain.ports import Clock, InvoiceArchive, InvoiceNumbers, Orders

_PAID_FOR: Final = (OrderStatus.CONFIRMED, OrderStatus.SHIPPED, OrderStatus.DELIVERED)


@dataclass(frozen=True, slots=True)
class Invoicing:
    """The way from a confirmed order to its invoice, for `seller`, whose name and address are lines."""

    orders: Orders
    numbers: InvoiceNumbers
    archive: InvoiceArchive
    clock: Clock
    seller: Sequence[str]

    def invoice(self, confirmed: Event) -> bool:
        """Write the invoice of an order that was confirmed; False if there is one, or none is due.

        None is due of a partner's order, and of one that was cancelled before it had a number. Whatever fails between
        the number and the page is made good when the event comes again: the same number, and the same page.
        Raises EventUnreadable, OrderMissing or Busy.
        """
        if is_partners(confirmed):
            return False
        order = self.orders.get(order_of(confirmed))
        if order is None:
            raise OrderMissing
        numbered = self._numbered(order.id, due=order.status in _PAID_FOR)
        if numbered is None:
            return False
        page = invoice_page.written(Invoice(numbered, order, tuple(self.seller)))
        return self.archive.keep(order.id, numbered.name, page)

    def _numbered(self, order_id: str, *, due: bool) -> Numbered | None:
        """A cancelled order that had its number already gets its page, so that no number is without one."""
        return self.numbers.issue(order_id, self.clock()) if due else self.numbers.of(order_id)


@dataclass(frozen=True, slots=True)
class Invoices:
    """The customers' side of their invoices."""

    orders: Orders
    archive: InvoiceArchive

    def address(self, owner: Owner, order_id: str) -> str:
        """Where the invoice of one of the owner's orders can be fetched, for a minute.

        Raises OrderMissing, also for somebody else's, InvoicePending while it is being written, and NoInvoice for an
        order that is not paid for, or was cancelled before it had one.
        """
        order = self.orders.get(order_id)
        if order is None or order.owner != owner:
            raise OrderMissing
        found = self.archive.address(order_id)
        if found is None:
            raise InvoicePending if order.status in _PAID_FOR else NoInvoice
        return found
