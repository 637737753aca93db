"""What a customer can do with orders."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.domain import rules, settling
from api.domain.errors import OrderMissing, PlacedBefore, Stale
from api.domain.events import Cause, order_cancelled, order_placed
from api.domain.model import Order, RequestedLine
from api.domain.ports import Clock, NewId, Orders, Products, Versions


@dataclass(frozen=True, slots=True)
class Ordering:
    """The customers' side of the orders, on whatever keeps them."""

    products: Products
    orders: Orders
    clock: Clock
    new_id: NewId

    def place(self, customer: str, requested: Sequence[RequestedLine], cause: Cause, receipt: str) -> Order:
        """Place an order at present prices, to be paid for; the same receipt again gets the order that it placed.

        Raises RepeatedProduct, UnknownProduct, MixedCurrencies, OutOfStock or Busy; then nothing has changed.
        """
        rules.refuse_repeated(requested)  # before the store is asked: it refuses a repeated key in words of its own
        products = self.products.several([line.sku for line in requested])
        placed = rules.place(self.new_id(), customer, requested, products, self.clock())
        order = settling.asked(placed, self.new_id())
        try:
            self.orders.place(order, order_placed(order, self.new_id(), cause), receipt)
        except PlacedBefore as before:
            return self.get(customer, before.order_id)
        return order

    def get(self, customer: str, order_id: str) -> Order:
        """One of the customer's own orders. Raises OrderMissing, also for somebody else's."""
        order = self.orders.get(order_id)
        if order is None or order.customer != customer:
            raise OrderMissing
        return order

    def cancel(self, customer: str, order_id: str, expected: Versions, cause: Cause) -> Order:
        """Cancel one of the customer's own orders, if it has one of the `expected` versions.

        Raises OrderMissing, Stale, OrderShipped, OrderAlreadyCancelled or Busy; then nothing has changed.
        """
        order = self.get(customer, order_id)
        if expected is not None and order.version not in expected:
            raise Stale
        cancelled = rules.cancel(order, self.clock())
        self.orders.change(cancelled, [order_cancelled(cancelled, "customer", self.new_id(), cause)])
        return cancelled
