"""What fulfilment does with the orders that it hears of."""

from dataclasses import dataclass

from api.domain.errors import EventUnreadable
from api.domain.events import Event, Json, order_of, shipment_requested
from api.domain.ports import Clock, Inbox, NewId


@dataclass(frozen=True, slots=True)
class Fulfilling:
    """The way from a placed order to its shipment, on whatever remembers what was done."""

    inbox: Inbox
    clock: Clock
    new_id: NewId

    def request_shipment(self, placed: Event) -> bool:
        """Ask for the shipment of a placed order; False if this event has led to it before.

        Raises EventUnreadable if the event does not say what to pick, or Busy.
        """
        now = self.clock()
        order_id = order_of(placed)
        picked: Json = [_to_pick(line) for line in _lines(placed)]
        follows = shipment_requested(order_id, picked, self.new_id(), now, placed.cause)
        return self.inbox.handle(placed, [follows], now)


def _lines(placed: Event) -> list[Json]:
    lines = placed.data.get("lines")
    if not isinstance(lines, list) or not lines:
        raise EventUnreadable("lines is no list of lines")
    return lines


def _to_pick(line: Json) -> Json:
    match line:
        case {"sku": str() as sku, "quantity": int() as quantity} if quantity > 0:
            return {"sku": sku, "quantity": quantity}
        case _:
            raise EventUnreadable("a line does not say how many of what")
