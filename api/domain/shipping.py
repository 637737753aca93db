"""How an order and its parcels move together. Pure: what the carrier said and the time are passed in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from api.domain.carriers import Carrier
from api.domain.errors import ImpossibleTime, OrderAlreadyCancelled, ParcelMissing
from api.domain.model import Order, OrderStatus
from api.domain.shipment import Scan, Shipment, ShipmentStatus

CLOCKS_DIFFER: Final = timedelta(hours=1)
"""A carrier's clock may be ahead of ours, or behind it, by as much; so may the clocks of two of its machines."""


@dataclass(frozen=True, slots=True)
class Move:
    """An order as a scan leaves it, with the parcel that was scanned; and whether it left us, or arrived, by that."""

    order: Order
    shipment: Shipment
    dispatched: bool
    delivered: bool


def requested(order_id: str, carrier: Carrier, now: datetime) -> Shipment:
    """The first parcel of an order, which nobody has picked yet."""
    number = carrier.tracking_number(order_id, 1)
    return Shipment(1, carrier.id, number, ShipmentStatus.REQUESTED, version=1, requested_at=now, updated_at=now)


def parcel(order: Order, tracking_number: str) -> Shipment:
    """The order's parcel of that number. Raises ParcelMissing."""
    found = [each for each in order.shipments if each.tracking_number == tracking_number]
    if not found:
        raise ParcelMissing
    return found[0]


def moved(order: Order, scan: Scan, now: datetime) -> Move | None:
    """What a scan changes; None if the parcel was seen as far along its way before, as scans come in any order.

    What is back and is told of as delivered afterwards was delivered, too; it stays where it is.

    Whatever is told of a parcel says that it has left us, even if nobody told of that. Raises ParcelMissing,
    OrderAlreadyCancelled for a parcel that should not be on its way, or ImpossibleTime for a scan of the future, of
    before the order was placed, or of an arrival before the parcel had left.
    """
    before = parcel(order, scan.tracking_number)
    if order.status in (OrderStatus.CANCELLED, OrderStatus.PAYMENT_FAILED):
        raise OrderAlreadyCancelled(order.id)
    if scan.at > now + CLOCKS_DIFFER:
        raise ImpossibleTime
    if scan.at < order.placed_at - CLOCKS_DIFFER:
        raise ImpossibleTime("Nothing of this parcel can have been scanned then: its order was placed later.")
    late = scan.status is ShipmentStatus.DELIVERED and before.came_back_unseen
    if scan.status.place <= before.status.place and not late:
        return None
    dispatched = before.status is ShipmentStatus.REQUESTED
    delivered = scan.status is ShipmentStatus.DELIVERED
    left = _left(before, scan, late=late)
    if delivered and scan.at < left - CLOCKS_DIFFER:
        raise ImpossibleTime("The parcel can't have arrived then: it was seen to leave later.")
    after = replace(
        before,
        status=before.status if late else scan.status,
        version=before.version + 1,
        updated_at=now,
        dispatched_at=left,
        delivered_at=scan.at if delivered else before.delivered_at,
    )
    shipments = tuple(after if each.place == after.place else each for each in order.shipments)
    status = _status(order.status, shipments)
    changed = replace(order, status=status, shipments=shipments, version=order.version + 1, updated_at=now)
    return Move(changed, after, dispatched, delivered)


def _left(before: Shipment, scan: Scan, *, late: bool) -> datetime:
    """When the parcel left us, as far as was told: when it was seen first.

    What came back unseen may have been seen first on its way back, so a word of its arrival then may be an earlier one.
    """
    if before.dispatched_at is None:
        return scan.at
    return min(before.dispatched_at, scan.at) if late else before.dispatched_at


def _status(before: OrderStatus, shipments: tuple[Shipment, ...]) -> OrderStatus:
    """Delivered once all of it is; what comes back later was delivered nevertheless."""
    if before is OrderStatus.DELIVERED or all(each.delivered_at is not None for each in shipments):
        return OrderStatus.DELIVERED
    return OrderStatus.SHIPPED
