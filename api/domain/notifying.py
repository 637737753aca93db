"""What customers are told of, once for each event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.domain.events import Event, customer_of, is_partners, order_of
from api.domain.model import Notice, Occasion
from api.domain.ports import Clock, Inbox, Notices

OCCASIONS: Final[Mapping[str, Occasion]] = {
    "OrderPlaced": Occasion.ORDER_PLACED,
    "OrderCancelled": Occasion.ORDER_CANCELLED,
    "ShipmentDispatched": Occasion.SHIPMENT_DISPATCHED,
    "ShipmentDelivered": Occasion.SHIPMENT_DELIVERED,
    "CustomerRegistered": Occasion.WELCOME,
}
"""Which events customers are told of."""


@dataclass(frozen=True, slots=True)
class Notifying:
    """The way from an event to a notice, on whatever sends notices and remembers them."""

    inbox: Inbox
    notices: Notices
    clock: Clock

    def tell(self, event: Event) -> bool:
        """Send the notice of an event; False if it was sent before. Of a partner's order nobody is told.

        It is noted after it was sent: between the two it may be sent twice, but never be lost. Raises EventUnreadable,
        KeyError for an event that is no occasion, or Busy.
        """
        if self.inbox.knows(event):
            return False
        if not is_partners(event):
            self.notices.send(_notice(event))
        return self.inbox.handle(event, (), self.clock())


def _notice(event: Event) -> Notice:
    occasion = OCCASIONS[event.kind]
    order_id = None if occasion is Occasion.WELCOME else order_of(event)
    return Notice(event.id, occasion, customer_of(event), order_id, event.cause.correlation_id)
