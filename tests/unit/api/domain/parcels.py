"""Orders with parcels, and scans of those, that tests of the domain speak of; and a store of them in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from api.domain import shipping
from api.domain.carriers import NORTHWAY
from api.domain.errors import Busy, ScanReused
from api.domain.events import Event
from api.domain.model import Order
from api.domain.shipment import Scan, ShipmentStatus
from api.domain.shipping import Move
from tests.unit.api.domain.examples import LATER, NOON, ORDER_ID, OrdersInMemory

NUMBER = NORTHWAY.tracking_number(ORDER_ID, 1)


def packed(order: Order) -> Order:
    """The order with a parcel that was asked for."""
    return replace(order, shipments=(shipping.requested(order.id, NORTHWAY, NOON),))


def scan(status: ShipmentStatus, scan_id: str = "scan-0001", at: datetime = LATER, number: str = NUMBER) -> Scan:
    """What the carrier tells of the parcel."""
    return Scan(scan_id, number, status, at)


def delivered(order: Order) -> Move:
    """What the first word of an order's parcel changes if that is that it was delivered."""
    move = shipping.moved(packed(order), scan(ShipmentStatus.DELIVERED), LATER)
    assert move is not None
    return move


@dataclass
class ParcelsInMemory:
    """The Parcels port; as often as `busy` says somebody else changes the order at the same moment."""

    orders: OrdersInMemory
    busy: int = 0
    scans: dict[tuple[str, str], Scan] = field(default_factory=dict)

    def order_of(self, carrier: str, tracking_number: str) -> str | None:
        found = [
            order.id
            for order in self.orders.orders.values()
            for parcel in order.shipments
            if (parcel.carrier, parcel.tracking_number) == (carrier, tracking_number)
        ]
        return found[0] if found else None

    def keep(self, order: Order, scan: Scan, move: Move | None, events: Sequence[Event], now: datetime) -> bool:
        assert now.tzinfo is not None
        if self.busy:
            self.busy -= 1
            raise Busy
        earlier = self.scans.setdefault((scan.tracking_number, scan.id), scan)
        if earlier is not scan:
            if earlier != scan:
                raise ScanReused(scan.id)
            return False
        assert order.id in self.orders.orders
        if move is not None:
            self.orders.change(move.order, events)
        return True
