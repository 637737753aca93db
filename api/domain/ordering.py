"""What customers and partners can do with orders."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.domain import rules, settling
from api.domain.errors import OrderMissing, PlacedBefore, Stale
from api.domain.events import Cause, Event, order_cancelled, order_confirmed, order_placed, stock_low
from api.domain.model import Order, OrderStatus, RequestedLine
from api.domain.owner import Owner, OwnerKind
from api.domain.ports import Clock, NewId, Orders, Products, Versions
from api.domain.timeline import Step


@dataclass(frozen=True, slots=True)
class Ordering:
    """The owners' side of the orders, on whatever keeps them."""

    products: Products
    orders: Orders
    clock: Clock
    new_id: NewId

    def place(self, owner: Owner, requested: Sequence[RequestedLine], cause: Cause, receipt: str) -> Order:
        """Place an order at present prices; the same receipt again gets the order that it placed.

        A customer's order waits for its payment. A partner's is confirmed at once and has none: partners are invoiced.
        Raises RepeatedProduct, UnknownProduct, MixedCurrencies, OutOfStock or Busy; then nothing has changed.
        """
        rules.refuse_repeated(requested)  # before the store is asked: it refuses a repeated key in words of its own
        products = self.products.several([line.sku for line in requested])
        order = rules.place(self.new_id(), owner, requested, products, self.clock())
        if owner.kind is OwnerKind.CUSTOMER:
            order = settling.asked(order, self.new_id())
        try:
            self.orders.place(
                order,
                self._events(order, cause),
                receipt,
                lambda stock: stock_low(stock, self.new_id(), order.placed_at, cause),
            )
        except PlacedBefore as before:
            return self.get(owner, before.order_id)
        return order

    def get(self, owner: Owner, order_id: str) -> Order:
        """One of the owner's orders. Raises OrderMissing, also for somebody else's."""
        order = self.orders.get(order_id)
        if order is None or order.owner != owner:
            raise OrderMissing
        return order

    def timeline(self, owner: Owner, order_id: str) -> Sequence[Step]:
        """What has happened to one of the owner's orders. Raises OrderMissing, also for somebody else's."""
        return self.orders.history(self.get(owner, order_id).id)

    def cancel(self, owner: Owner, order_id: str, expected: Versions, cause: Cause) -> Order:
        """Cancel one of the owner's orders, if it has one of the `expected` versions.

        Raises OrderMissing, Stale, OrderShipped, OrderAlreadyCancelled or Busy; then nothing has changed.
        """
        order = self.get(owner, order_id)
        if expected is not None and order.version not in expected:
            raise Stale
        cancelled = rules.cancel(order, self.clock())
        self.orders.change(cancelled, [order_cancelled(cancelled, "customer", self.new_id(), cause)])
        return cancelled

    def _events(self, placed: Order, cause: Cause) -> Sequence[Event]:
        """What a new order makes happen: one that waits for no payment is confirmed with it."""
        events = [order_placed(placed, self.new_id(), cause)]
        if placed.status is OrderStatus.CONFIRMED:
            events.append(order_confirmed(placed, self.new_id(), cause))
        return events
