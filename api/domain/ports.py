"""What the domain asks of the world. Adapters keep these promises; the domain imports none of them."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from api.domain.cursor import Scope
from api.domain.customer import Preferences, Profile
from api.domain.events import Event
from api.domain.model import Order, OrderSummary, Page, Position, Product, ProductDetails, Stock

if TYPE_CHECKING:
    from api.domain.claims import Claim

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


class Customers(Protocol):
    """What customers have told. Every method is one request to the store of it."""

    def profile(self, customer: str) -> Profile | None:
        """A customer's profile, read consistently; None if they have told nothing. Raises CustomerErased."""
        ...

    def keep_profile(self, changed: Profile) -> None:
        """Keep a profile in place of the version before it. Raises Busy if that is not the one that is there."""
        ...

    def preferences(self, customer: str) -> Preferences | None:
        """A customer's preferences, read consistently; None if they never chose. Raises CustomerErased."""
        ...

    def keep_preferences(self, customer: str, chosen: Preferences, now: datetime) -> None:
        """Keep preferences in place of the version before them. Raises Busy if that is not the one that is there."""
        ...

    def erase(self, customer: str, now: datetime, event: Event) -> None:
        """Overwrite all of it with the word that it was erased, and note the event; nothing if that was done before."""
        ...

    def register(self, new: Profile, event: Event) -> None:
        """Keep a first profile and note the event; nothing if the customer has one, or was erased."""
        ...

    def is_blocked(self, customer: str) -> bool:
        """Whether operators have blocked the customer."""
        ...

    def keep_standing(self, customer: str, now: datetime, *, blocked: bool) -> None:
        """Block a customer, or let them in again."""
        ...

    def with_email(self, email: str) -> Collection[str]:
        """The customers (at most ten) who have told this address, whatever its case."""
        ...


class Claims(Protocol):
    """The claims on orders. Every method is one request to the store."""

    def keep(self, claim: "Claim") -> None:
        """Keep a new claim beside its order."""
        ...


class Accounts(Protocol):
    """What customers sign in with."""

    def delete(self, username: str) -> None:
        """Close an account for good; nothing if there is none."""
        ...


class Cursors(Protocol):
    """Positions as text that nobody else can make, change or use."""

    def seal(self, position: Position, scope: Scope) -> str:
        """The text for a position."""
        ...

    def open(self, text: str, scope: Scope) -> Position:
        """The position of a text; InvalidCursor unless it was sealed for this scope and has not expired."""
        ...
