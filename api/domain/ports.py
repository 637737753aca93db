"""What the domain asks of the world. Adapters keep these promises; the domain imports none of them."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Protocol

from api.domain.cursor import Scope
from api.domain.events import Event
from api.domain.model import Order, OrderReference, OrderSummary, Page, Position, Product, ProductDetails, Stock
from api.domain.partners import Partner, Usage

type Clock = Callable[[], datetime]
"""The present moment, with a time zone."""

type NewId = Callable[[], str]
"""A fresh ULID."""

type Versions = frozenset[int] | None
"""The versions that a change is meant for; None for whichever is there."""


class Products(Protocol):
    """The catalogue and its stock. Every method is one request to the store."""

    def get(self, sku: str) -> Product | None:
        """One product, None if there is none."""
        ...

    def several(self, skus: Collection[str]) -> Mapping[str, Product]:
        """Those of the products that exist, by sku."""
        ...

    def in_category(self, category: str, prefix: str, limit: int, after: Position | None) -> Page[Product]:
        """A category's products by name; only those whose name begins with `prefix`."""
        ...

    def stock(self, sku: str) -> Stock | None:
        """The stock of this moment, read consistently."""
        ...

    def add(self, product: Product) -> None:
        """Keep a new product, with nothing in stock. Raises ProductExists or Busy."""
        ...

    def replace(self, sku: str, details: ProductDetails, expected: Versions, now: datetime) -> Product:
        """Change a product that has one of the `expected` versions. Raises ProductMissing, Stale or Busy."""
        ...

    def adjust(self, sku: str, delta: int, now: datetime) -> Stock:
        """Add to what is available. Raises ProductMissing, StockLimit or Busy."""
        ...


class Orders(Protocol):
    """The orders. Every method is one request to the store."""

    def place(self, order: Order, event: Event, receipt: str) -> None:
        """Keep the order, take its stock, note the event, keep the receipt: all or nothing.

        Raises PlacedBefore if there is an order for this receipt, OutOfStock or Busy.
        """
        ...

    def get(self, order_id: str) -> Order | None:
        """One order with its lines, read consistently."""
        ...

    def of_customer(self, customer: str, limit: int, after: Position | None) -> Page[OrderSummary]:
        """A customer's orders, newest first."""
        ...

    def cancel(self, cancelled: Order) -> None:
        """Keep the cancellation and give the stock back: all or nothing. Raises Busy if the order has changed."""
        ...


class PartnerOrders(Protocol):
    """What partners read of their own orders. Every method is one request to the store."""

    def of_partner(self, partner: str, limit: int, after: Position | None) -> Page[OrderReference]:
        """A partner's orders, newest first."""
        ...


class Partners(Protocol):
    """The partners. Every method is one request to the store, or none within a minute of the last."""

    def get(self, partner: str) -> Partner | None:
        """One partner, as it was at most a minute ago."""
        ...


class Gateway(Protocol):
    """What the gateway has counted."""

    def used(self, plan: str, keys: Collection[str], day: date) -> Usage | None:
        """The requests of a day that counted against a plan by any of the keys; None if it knows of none yet."""
        ...


class Cursors(Protocol):
    """Positions as text that nobody else can make, change or use."""

    def seal(self, position: Position, scope: Scope) -> str:
        """The text for a position."""
        ...

    def open(self, text: str, scope: Scope) -> Position:
        """The position of a text; InvalidCursor unless it was sealed for this scope and has not expired."""
        ...
