"""Products, orders and moments that tests of the domain speak of, and stores in memory for its use cases."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from api.domain import limits, settling
from api.domain.errors import Busy, PlacedBefore, ProductExists
from api.domain.events import Cause, Event
from api.domain.model import (
    Order,
    OrderLine,
    OrderStatus,
    OrderSummary,
    OrdersWanted,
    Page,
    Position,
    Product,
    ProductDetails,
    Stock,
)
from api.domain.money import Money
from api.domain.owner import Owner, customer
from api.domain.ports import LowStock
from api.domain.shipment import Shipment
from api.domain.timeline import STEPS, Step

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
ANN = customer("ann")
BEN = customer("ben")
ORDER_ID = "01JDA7C0R00000000000000001"
EVENT_ID = "01JDA7C0R00000000000000002"
PAYMENT_ID = "01JDA7C0R00000000000000004"
CAUSE = Cause("01JDA7C0R00000000000000003", "request-1")


def product(sku: str = "TEA-100", amount: int = 890, currency: str = "EUR", name: str = "Earl Grey") -> Product:
    """A product of version 1."""
    return Product(sku, ProductDetails(name, "", "tea", Money(amount, currency)), 1, NOON, NOON)


def order(status: OrderStatus = OrderStatus.CONFIRMED, owner: Owner = ANN) -> Order:
    """An order of two lines that comes to 20.80 EUR."""
    lines = (OrderLine("TEA-100", "Earl Grey", 2, Money(890, "EUR")), OrderLine("MUG-1", "Mug", 1, Money(300, "EUR")))
    return Order(ORDER_ID, owner, status, lines, version=1, placed_at=NOON, updated_at=NOON)


def ids(*values: str) -> Callable[[], str]:
    """A source of these ids, in this order."""
    remaining = iter(values)
    return lambda: next(remaining)


@dataclass
class ProductsInMemory:
    """As much of the Products port as the use cases need."""

    products: dict[str, Product] = field(default_factory=dict)
    stocks: dict[str, Stock] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def get(self, sku: str) -> Product | None:
        return self.products.get(sku)

    def several(self, skus: Collection[str]) -> Mapping[str, Product]:
        return {sku: self.products[sku] for sku in skus if sku in self.products}

    def in_category(self, category: str, prefix: str, limit: int, after: Position | None) -> Page[Product]:
        raise NotImplementedError

    def stock(self, sku: str) -> Stock | None:
        return self.stocks.get(sku)

    def add(self, product: Product, event: Event) -> None:
        if product.sku in self.products:
            raise ProductExists(product.sku)
        self.products[product.sku] = product
        self.events.append(event)

    def replace(self, changed: Product, event: Event) -> None:
        if self.products[changed.sku].version != changed.version - 1:
            raise Busy
        self.products[changed.sku] = changed
        self.events.append(event)

    def adjust(self, sku: str, delta: int, now: datetime, low: LowStock) -> Stock:
        assert now.tzinfo is not None
        before = self.stocks[sku]
        self.stocks[sku] = replace(before, available=before.available + delta)
        if self.stocks[sku].available < limits.LOW_STOCK <= before.available:
            self.events.append(low(self.stocks[sku]))
        return self.stocks[sku]


@dataclass
class OrdersInMemory:
    """As much of the Orders port as the use cases need."""

    orders: dict[str, Order] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)

    low: tuple[Stock, ...] = ()
    """The stock of what becomes low by the next order."""

    def place(self, order: Order, events: Sequence[Event], receipt: str, low: LowStock) -> None:
        if receipt in self.receipts:
            raise PlacedBefore(self.receipts[receipt])
        self.orders[order.id] = order
        self.receipts[receipt] = order.id
        self.events.extend([*events, *map(low, self.low)])

    def history(self, order_id: str) -> Sequence[Step]:
        told = [event for event in self.events if event.kind in STEPS and event.data["order_id"] == order_id]
        return [Step(STEPS[event.kind], LATER) for event in told]

    def get(self, order_id: str) -> Order | None:
        return self.orders.get(order_id)

    def of_customer(
        self, customer: str, wanted: OrdersWanted, limit: int, after: Position | None
    ) -> Page[OrderSummary]:
        raise NotImplementedError

    def of_payment(self, payment_id: str, reference: str | None) -> str | None:
        assert reference != ""
        found = [order.id for order in self.orders.values() if order.payment and order.payment.id == payment_id]
        return found[0] if found else None

    def change(self, order: Order, events: Sequence[Event]) -> None:
        if self.orders[order.id].version != order.version - 1:
            raise Busy
        self.orders[order.id] = order
        self.events.extend(events)

    def unsettled(self, status: OrderStatus, before: datetime) -> Sequence[OrderSummary]:
        return [
            OrderSummary(order.id, status, len(order.lines), order.total, order.placed_at, order.updated_at)
            for order in self.orders.values()
            if order.status is status and settling.is_unsettled(order) and order.placed_at < before
        ]


@dataclass
class ShipmentRequestsInMemory:
    """The ShipmentRequests port; `ended` are the orders that are not to be sent any more."""

    ended: frozenset[str] = frozenset()
    handled: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    shipments: dict[str, Shipment] = field(default_factory=dict)

    def request(self, confirmed: Event, order_id: str, shipment: Shipment, follows: Event) -> bool:
        if confirmed.id in self.handled or order_id in self.ended:
            return False
        self.handled.add(confirmed.id)
        self.events.append(follows)
        self.shipments[order_id] = shipment
        return True


@dataclass
class InboxInMemory:
    """The Inbox port of one worker."""

    handled: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)

    def knows(self, event: Event) -> bool:
        return event.id in self.handled

    def handle(self, event: Event, follows: Sequence[Event], now: datetime) -> bool:
        assert now.tzinfo is not None
        if event.id in self.handled:
            return False
        self.handled.add(event.id)
        self.events.extend(follows)
        return True
