"""The things of the domain: products, their stock, orders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import reduce

from api.domain import limits
from api.domain.money import Money
from api.domain.owner import Owner
from api.domain.payment import Payment
from api.domain.shipment import Shipment


@dataclass(frozen=True, slots=True)
class ProductDetails:
    """What a product says about itself and operators may change."""

    name: str
    description: str
    category: str
    price: Money


@dataclass(frozen=True, slots=True)
class Product:
    """A product as kept. `version` counts its changes, from 1."""

    sku: str
    details: ProductDetails
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Stock:
    """Pieces that can be ordered, and pieces that confirmed orders hold."""

    sku: str
    available: int
    reserved: int


@dataclass(frozen=True, slots=True)
class RequestedLine:
    """What a customer asks for."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What was ordered, at the name and price of that moment."""

    sku: str
    name: str
    quantity: int
    unit_price: Money

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= limits.MAX_QUANTITY:
            raise ValueError(f"a line holds 1 to {limits.MAX_QUANTITY} pieces, not {self.quantity}")

    @property
    def total(self) -> Money:
        """Unit price times quantity."""
        return self.unit_price.times(self.quantity)


class OrderStatus(StrEnum):
    """Where an order stands. PAYMENT_FAILED holds no stock any more, as CANCELLED does not."""

    PAYMENT_PENDING = "PAYMENT_PENDING"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    CONFIRMED = "CONFIRMED"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Order:
    """An order with its lines, in the order they were asked for."""

    id: str
    owner: Owner
    status: OrderStatus
    lines: tuple[OrderLine, ...]
    version: int
    placed_at: datetime
    updated_at: datetime
    payment: Payment | None = None
    """None for a partner's order, which is invoiced, and for one from before orders were paid for here."""
    shipments: tuple[Shipment, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(limits.ORDER_ID, self.id):
            raise ValueError(f"an order's id is a ULID, not {self.id!r}")
        if not 1 <= len(self.lines) <= limits.MAX_LINES:
            raise ValueError(f"an order has 1 to {limits.MAX_LINES} lines, not {len(self.lines)}")

    @property
    def total(self) -> Money:
        """The sum of its lines; MixedCurrencies if they have more than one currency."""
        return reduce(Money.__add__, (line.total for line in self.lines))


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order as it stands in a list."""

    id: str
    status: OrderStatus
    line_count: int
    total: Money
    placed_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class OrdersWanted:
    """Which of a customer's orders to list: all that are not left out by what is told."""

    status: OrderStatus | None = None
    since: datetime | None = None
    """Not placed before."""
    before: datetime | None = None
    """Placed before."""

    @property
    def are_none(self) -> bool:
        """Whether no order can be among them."""
        return self.since is not None and self.before is not None and self.since >= self.before


class Occasion(StrEnum):
    """What a customer is told of."""

    ORDER_PLACED = "order-placed"
    ORDER_CANCELLED = "order-cancelled"
    SHIPMENT_DISPATCHED = "shipment-dispatched"
    SHIPMENT_DELIVERED = "shipment-delivered"
    WELCOME = "welcome"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a customer is to be told: of which of their orders, if of any, and in which chain of what happened.

    `id` is the same when the same notice is sent again. It holds no words, no name and no address: whoever sends it on
    looks those up.
    """

    id: str
    occasion: Occasion
    customer: str
    order_id: str | None
    correlation_id: str


@dataclass(frozen=True, slots=True)
class OrderReference:
    """An order as it stands in a partner's list: what never changes of it."""

    id: str
    line_count: int
    total: Money
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended, in the words of the store that read it; meaningless to anyone else."""

    key: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page[T]:
    """Some of the items, and where the next ones begin (None after the last page)."""

    items: tuple[T, ...]
    next: Position | None = field(default=None)
