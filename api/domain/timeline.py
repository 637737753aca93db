"""What has happened to an order, as its owner is shown it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Happened(StrEnum):
    """What a step is."""

    PLACED = "PLACED"
    PAYMENT_AUTHORISED = "PAYMENT_AUTHORISED"
    PAYMENT_DECLINED = "PAYMENT_DECLINED"
    CONFIRMED = "CONFIRMED"
    SHIPMENT_REQUESTED = "SHIPMENT_REQUESTED"
    DISPATCHED = "DISPATCHED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


STEPS: Final[Mapping[str, Happened]] = {
    "OrderPlaced": Happened.PLACED,
    "PaymentAuthorised": Happened.PAYMENT_AUTHORISED,
    "PaymentFailed": Happened.PAYMENT_DECLINED,
    "OrderConfirmed": Happened.CONFIRMED,
    "ShipmentRequested": Happened.SHIPMENT_REQUESTED,
    "ShipmentDispatched": Happened.DISPATCHED,
    "ShipmentDelivered": Happened.DELIVERED,
    "OrderCancelled": Happened.CANCELLED,
}
"""The events that are steps, by their kinds."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `reason` is the event's, where it gives one."""

    happened: Happened
    at: datetime
    reason: str | None = None
