"""Paying for orders: with the customer waiting, later by a worker, and giving up in the end."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from api.domain import rules, settling
from api.domain.cashier import Cashier
from api.domain.errors import DomainError
from api.domain.events import Cause, order_cancelled
from api.domain.model import Order, OrderStatus
from api.domain.payment import Unavailable
from api.domain.ports import Clock, NewId, Orders, PaymentWork
from api.domain.settlement import Settlement

OVERDUE: Final = timedelta(minutes=30)
"""How long an order waits for its payment before it is cancelled."""
FORGOTTEN: Final = timedelta(minutes=5)
"""How old unsettled orders are when they are given to the worker again: a message may have been lost."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """What becomes of an order's payment, on whatever keeps the orders and whoever speaks with the provider."""

    orders: Orders
    cashier: Cashier
    work: PaymentWork
    clock: Clock
    new_id: NewId

    def pay(self, order: Order, cause: Cause, seconds: float) -> Order:
        """Ask for the money of an order that waits for it, for at most `seconds`; the order as it is then.

        While there is anything left to ask, the worker is told.
        """
        if order.status is not OrderStatus.PAYMENT_PENDING:
            return order
        after = self._ask(order, cause, seconds)
        self.follow_up(after, cause)
        return after

    def follow_up(self, order: Order, cause: Cause) -> None:
        """Tell the worker if the provider has something left to answer about the order."""
        if settling.is_unsettled(order):
            self.work.later(order.id, cause)

    def work_off(self, order_id: str, cause: Cause, seconds: float) -> bool:
        """Ask the provider for what it has left to answer about an order; False if it has to be asked again later."""
        order = self.orders.get(order_id)
        if order is None or not settling.is_unsettled(order):
            return True
        if order.status is OrderStatus.PAYMENT_PENDING:
            after = self._ask(order, cause, seconds)
        else:
            after = self._void(order, cause, seconds)
        return not settling.is_unsettled(after)

    def sweep(self, cause: Cause) -> int:
        """Cancel the orders whose payment is overdue and give every forgotten one to the worker; how many they are."""
        now = self.clock()
        forgotten = [
            found
            for status in (OrderStatus.PAYMENT_PENDING, OrderStatus.CANCELLED)
            for found in self.orders.unsettled(status, now - FORGOTTEN)
        ]
        for found in forgotten:
            if found.status is OrderStatus.PAYMENT_PENDING and found.placed_at <= now - OVERDUE:
                self._give_up(found.id, cause)
            self.work.later(found.id, cause)
        return len(forgotten)

    def _give_up(self, order_id: str, cause: Cause) -> None:
        """Cancel it unless somebody has settled it meanwhile."""
        order = self.orders.get(order_id)
        if order is None or order.status is not OrderStatus.PAYMENT_PENDING:
            return
        try:
            cancelled = rules.cancel(order, self.clock())
            self.orders.change(cancelled, [order_cancelled(cancelled, "payment_overdue", self.new_id(), cause)])
        except DomainError:  # Busy: it is being paid at this very moment
            return

    def _ask(self, order: Order, cause: Cause, seconds: float) -> Order:
        answer = self.cashier.authorise(settling.pending(order), cause.correlation_id, seconds)
        return self._settlement.settle(order, answer, cause)

    def _void(self, order: Order, cause: Cause, seconds: float) -> Order:
        answer = self.cashier.void(settling.voiding(order), cause.correlation_id, seconds)
        if isinstance(answer, Unavailable):
            return order
        return self._settlement.keep(settling.voided(order, self.clock()), cause)

    @property
    def _settlement(self) -> Settlement:
        return Settlement(self.orders, self.clock, self.new_id)
