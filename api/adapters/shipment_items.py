"""Items of parcels and of what carriers tell of them, to domain objects and back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from api.adapters import keys
from api.adapters.attributes import number, text
from api.domain.events import Json
from api.domain.instants import read, written
from api.domain.shipment import Scan, Shipment, ShipmentStatus

SCAN_LIFETIME: Final = timedelta(days=90)
"""Longer than any parcel is on its way; what it has led to stays."""


def from_shipment(order_id: str, shipment: Shipment) -> dict[str, Json]:
    """A parcel's PARCEL item."""
    times = {"dispatched_at": shipment.dispatched_at, "delivered_at": shipment.delivered_at}
    return {
        **keys.parcel(order_id, shipment.place),
        **keys.tracked(shipment.carrier, shipment.tracking_number),
        "entity": "SHIPMENT",
        "order_id": order_id,
        "place": shipment.place,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "status": shipment.status.value,
        "version": shipment.version,
        "created_at": written(shipment.requested_at),
        "updated_at": written(shipment.updated_at),
        **{name: written(moment) for name, moment in times.items() if moment is not None},
    }


def to_shipment(item: Mapping[str, Json]) -> Shipment:
    """The shipment of a PARCEL item."""
    return Shipment(
        number(item, "place"),
        text(item, "carrier"),
        text(item, "tracking_number"),
        ShipmentStatus(text(item, "status")),
        number(item, "version"),
        read(text(item, "created_at")),
        read(text(item, "updated_at")),
        _moment(item, "dispatched_at"),
        _moment(item, "delivered_at"),
    )


def from_scan(order_id: str, scan: Scan, now: datetime) -> dict[str, Json]:
    """The item that says what a carrier has told of a parcel."""
    return {
        **keys.scan(order_id, scan.tracking_number, scan.id),
        "entity": "SCAN",
        "what": scan.status.value,
        "at": written(scan.at),
        "version": 1,
        "created_at": written(now),
        "expires_at": int((now + SCAN_LIFETIME).timestamp()),
    }


def tells_the_same(item: Mapping[str, Json], scan: Scan) -> bool:
    """Whether a SCAN item is of this very scan."""
    return (text(item, "what"), text(item, "at")) == (scan.status.value, written(scan.at))


def _moment(item: Mapping[str, Json], name: str) -> datetime | None:
    return read(text(item, name)) if name in item else None
