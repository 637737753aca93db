"""A shipment: a parcel with an order in it, and what its carrier tells of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ShipmentStatus(StrEnum):
    """Where a parcel is, in the order of its way: it never goes back."""

    REQUESTED = "REQUESTED"
    DISPATCHED = "DISPATCHED"
    IN_TRANSIT = "IN_TRANSIT"
    DELIVERED = "DELIVERED"
    RETURNED = "RETURNED"

    @property
    def place(self) -> int:
        """How far along the way that is, from 0."""
        return list(ShipmentStatus).index(self)


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel with all lines of an order. `place` counts an order's parcels from 1, `version` its changes."""

    place: int
    carrier: str
    tracking_number: str
    status: ShipmentStatus
    version: int
    requested_at: datetime
    updated_at: datetime
    dispatched_at: datetime | None = None
    delivered_at: datetime | None = None

    @property
    def came_back_unseen(self) -> bool:
        """Whether it came back, and nobody has told yet that it had been delivered."""
        return self.status is ShipmentStatus.RETURNED and self.delivered_at is None


@dataclass(frozen=True, slots=True)
class Scan:
    """What a carrier tells of a parcel. `id` is the same when the same is told again; `at` is the carrier's time."""

    id: str
    tracking_number: str
    status: ShipmentStatus
    at: datetime
