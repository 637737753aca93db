"""What is done with what carriers tell of their parcels: once, in whatever order it comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.domain import shipping
from api.domain.errors import Busy, ParcelMissing
from api.domain.events import Cause, Event, shipment_delivered, shipment_dispatched
from api.domain.ports import Clock, NewId, Orders, Parcels
from api.domain.shipment import Scan, Shipment
from api.domain.shipping import Move

_LOOKS: Final = 3
"""How often an order is read that others change at the same moment, before the carrier has to come again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A parcel as it is after a scan; and whether it left us, or arrived, by just that."""

    shipment: Shipment
    dispatched: bool = False
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Scanning:
    """The way from a carrier's word to a parcel that is further on its way, on whatever keeps both."""

    parcels: Parcels
    orders: Orders
    clock: Clock
    new_id: NewId

    def hear(self, carrier: str, scan: Scan, cause: Cause) -> Heard:
        """Keep what a carrier tells of one of its parcels; the parcel as it is then.

        Raises ParcelMissing, also for another carrier's; OrderAlreadyCancelled, ImpossibleTime, ScanReused or Busy.
        """
        order_id = self.parcels.order_of(carrier, scan.tracking_number)
        if order_id is None:
            raise ParcelMissing
        for _ in range(_LOOKS - 1):
            try:
                return self._keep(order_id, scan, cause)
            except Busy:
                continue
        return self._keep(order_id, scan, cause)

    def _keep(self, order_id: str, scan: Scan, cause: Cause) -> Heard:
        order = self.orders.get(order_id)
        if order is None:
            raise ParcelMissing
        move = shipping.moved(order, scan, self.clock())
        events = [] if move is None else self._events(move, cause)
        is_new = self.parcels.keep(order, scan, move, events, self.clock())
        if move is None:
            return Heard(shipping.parcel(order, scan.tracking_number))
        if not is_new:  # it was told twice at once, and the other was faster: the order is not as it was read
            raise Busy
        return Heard(move.shipment, move.dispatched, move.delivered)

    def _events(self, move: Move, cause: Cause) -> Sequence[Event]:
        """Who counts on hearing that a parcel has left us does so, even if the carrier told of its arrival alone."""
        told = [(move.dispatched, shipment_dispatched), (move.delivered, shipment_delivered)]
        return [tell(move.order, move.shipment, self.new_id(), cause) for happened, tell in told if happened]
