"""What carriers may send: the same as contracts/openapi.yaml, which a test compares with these models."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from api.domain import limits
from api.domain.errors import ImpossibleTime
from api.domain.instants import read
from api.domain.shipment import Scan, ShipmentStatus
from api.handlers.schemas import Body


class NewScan(Body):
    """POST /carrier/v1/scans."""

    id: Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=limits.SCAN_ID)]
    tracking_number: Annotated[str, StringConstraints(min_length=8, max_length=40, pattern=limits.TRACKING_NUMBER)]
    status: Literal["DISPATCHED", "IN_TRANSIT", "DELIVERED", "RETURNED"]
    scanned_at: Annotated[str, StringConstraints(pattern=limits.TIMESTAMP)]

    def scan(self) -> Scan:
        """As the domain knows it. Raises ImpossibleTime for a moment that no calendar has."""
        return Scan(self.id, self.tracking_number, ShipmentStatus(self.status), self._moment())

    def _moment(self) -> datetime:
        try:
            return read(self.scanned_at)
        except ValueError:
            raise ImpossibleTime from None
