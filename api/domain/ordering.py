"""What customers and partners can do with orders."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.domain import rules
from api.domain.errors import OrderMissing, PlacedBefore, Stale
from api.domain.events import Cause, order_placed
from api.domain.model import Order, RequestedLine
from api.domain.owner import Owner
from api.domain.ports import Clock, NewId, Orders, Products, Versions


@dataclass(frozen=True, slots=True)
class Ordering:
    """The owners' side of the orders, on whatever keeps them."""

    products: Products
    orders: Orders
    clock: Clock
    new_id: NewId

    def place(self, owner: Owner, requested: Sequence[RequestedLine], cause: Cause, receipt: str) -> Order:
        """Place an order at present prices; the same receipt again gets the order that it placed.

        Raises RepeatedProduct, UnknownProduct, MixedCurrencies, OutOfStock or Busy; then nothing has changed.
        """
        rules.refuse_repeated(requested)  # before the store is asked: it refuses a repeated key in words of its own
        products = self.products.several([line.sku for line in requested])
        order = rules.place(self.new_id(), owner, requested, products, self.clock())
        try:
            self.orders.place(order, order_placed(order, self.new_id(), cause), receipt)
        except PlacedBefore as before:
            return self.get(owner, before.order_id)
        return order

    def get(self, owner: Owner, order_id: str) -> Order:
        """One of the owner's orders. Raises OrderMissing, also for somebody else's."""
        order = self.orders.get(order_id)
        if order is None or order.owner != owner:
            raise OrderMissing
        return order

    def cancel(self, owner: Owner, order_id: str, expected: Versions) -> Order:
        """Cancel one of the owner's orders, if it has one of the `expected` versions.

        Raises OrderMissing, Stale, OrderShipped, OrderAlreadyCancelled or Busy; then nothing has changed.
        """
        order = self.get(owner, order_id)
        if expected is not None and order.version not in expected:
            raise Stale
        cancelled = rules.cancel(order, self.clock())
        self.orders.cancel(cancelled)
        return cancelled
