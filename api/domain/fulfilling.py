"""What fulfilment does with the orders that it hears of."""

from dataclasses import dataclass

from api.domain import shipping
from api.domain.errors import EventUnreadable
from api.domain.events import Event, Json, order_of, shipment_requested
from api.domain.ports import Clock, NewId, ShipmentRequests
from api.domain.shipping_methods import METHODS


@dataclass(frozen=True, slots=True)
class Fulfilling:
    """The way from a confirmed order to its shipment, on whatever remembers what was done."""

    requests: ShipmentRequests
    clock: Clock
    new_id: NewId

    def request_shipment(self, confirmed: Event) -> bool:
        """Ask for the shipment of a confirmed order; False if nothing is left to ask for.

        That is so if this event has led to it before, and if the order has been cancelled since. Raises EventUnreadable
        if the event does not say what to pick, or Busy.
        """
        now = self.clock()
        order_id = order_of(confirmed)
        picked: Json = [_to_pick(line) for line in _lines(confirmed)]
        shipment = shipping.requested(order_id, METHODS[0].carrier, now)
        follows = shipment_requested(order_id, shipment, picked, self.new_id(), confirmed.cause)
        return self.requests.request(confirmed, order_id, shipment, follows)


def _lines(confirmed: Event) -> list[Json]:
    lines = confirmed.data.get("lines")
    if not isinstance(lines, list) or not lines:
        raise EventUnreadable("lines is no list of lines")
    return lines


def _to_pick(line: Json) -> Json:
    match line:
        case {"sku": str() as sku, "quantity": int() as quantity} if quantity > 0:
            return {"sku": sku, "quantity": quantity}
        case _:
            raise EventUnreadable("a line does not say how many of what")
