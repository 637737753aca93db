"""What the domain asks of the world. Adapters keep these promises; the domain imports none of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from api.domain.cursor import Scope
from api.domain.events import Event
from api.domain.model import Notice, Order, OrderSummary, Page, Position, Product, ProductDetails, Stock

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

    def cancel(self, cancelled: Order, event: Event) -> None:
        """Keep the cancellation, give the stock back, note the event: all or nothing.

        Raises Busy if the order has changed.
        """
        ...


class Inbox(Protocol):
    """What a worker has handled already: events are delivered at least once."""

    def knows(self, event: Event) -> bool:
        """Whether it was handled before."""
        ...

    def handle(self, event: Event, follows: Sequence[Event], now: datetime) -> bool:
        """Note that `event` is handled, and what follows from it: all or nothing.

        False if it was handled before; then nothing has changed. Raises Busy.
        """
        ...


class DeadLetters(Protocol):
    """What the workers could not handle, by the names of their queues."""

    def send_back(self, queue: str, per_second: int) -> str:
        """Begin to send a queue's dead letters back to it, at most so many a second; what AWS calls the task.

        Raises QueueMissing or RedriveRunning.
        """
        ...


class Notices(Protocol):
    """Where notices for customers go to be written in their language and sent to their address."""

    def send(self, notice: Notice) -> None:
        """Hand it on."""
        ...


class Cursors(Protocol):
    """Positions as text that nobody else can make, change or use."""

    def seal(self, position: Position, scope: Scope) -> str:
        """The text for a position."""
        ...

    def open(self, text: str, scope: Scope) -> Position:
        """The position of a text; InvalidCursor unless it was sealed for this scope and has not expired."""
        ...
