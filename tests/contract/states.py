"""Makes the states of contracts/provider_states.py in the table, whatever was there before."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from api.adapters import items
from api.adapters.attributes import typed
from api.adapters.shipment_items import from_shipment
from api.domain import shipping
from api.domain.carriers import NORTHWAY
from api.domain.events import Json
from api.domain.model import Order, OrderLine, OrderStatus, Product, ProductDetails
from api.domain.money import Money
from api.domain.owner import OwnerKind, customer, partner
from api.domain.shipment import Shipment, ShipmentStatus
from contracts.provider_states import STATES, TEA, KnownOrder, KnownProduct
from tests.support.dynamodb import TABLE
from tests.support.tokens import ACME, ANN, BEN

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

THEN: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PRICE: Final = Money(890, "EUR")
OWNERS: Final = {
    "the caller": customer(ANN.subject),
    "somebody else": customer(BEN.subject),
    "the partner": partner(ACME.partner),
}


def make(client: "DynamoDBClient", name: str) -> None:
    """Make one state. KeyError for a state that contracts/provider_states.py does not list."""
    state = STATES[name]
    for product in state.products:
        for item in _product(product, reserved=2 * len(state.orders)):
            client.put_item(TableName=TABLE, Item=typed(item))
    for order in state.orders:
        for item in _order(order):
            client.put_item(TableName=TABLE, Item=typed(item))


def _product(known: KnownProduct, reserved: int) -> list[dict[str, Json]]:
    product = Product(known.sku, ProductDetails(known.name, "", "tea", PRICE), 1, THEN, THEN)
    stock = {**items.empty_stock(product), "available": known.available, "reserved": reserved}
    return [items.from_product(product), stock]


def _order(known: KnownOrder) -> list[dict[str, Json]]:
    line = OrderLine(TEA, KnownProduct().name, 2, PRICE)
    order = Order(known.id, OWNERS[known.owner], OrderStatus(known.status), (line,), 1, THEN, THEN)
    listed = [items.from_partner_order(order)] if order.owner.kind is OwnerKind.PARTNER else []
    sent = [from_shipment(order.id, _dispatched(order))] if order.status is OrderStatus.SHIPPED else []
    kept = [items.from_order(order), items.from_line(order, 1, line), items.from_reservation(order, line)]
    return [*kept, *listed, *sent]


def _dispatched(order: Order) -> Shipment:
    """The order's parcel on its way."""
    asked = shipping.requested(order.id, NORTHWAY, THEN)
    return replace(asked, status=ShipmentStatus.DISPATCHED, version=2, dispatched_at=THEN)
