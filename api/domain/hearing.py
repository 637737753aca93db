"""What is done with what the payment provider tells by itself: once, and only where something waits for it."""

from dataclasses import dataclass
from enum import StrEnum, auto

from api.domain.errors import PaymentMissing
from api.domain.events import Cause, Event
from api.domain.model import OrderStatus
from api.domain.payment import Authorised
from api.domain.ports import Inbox, Orders
from api.domain.settlement import Settlement
from api.domain.webhook import Told


class Heard(StrEnum):
    """What became of it."""

    SETTLED = auto()
    REPEATED = auto()
    OF_NO_MATTER = auto()
    """Nothing waits for it: the order was settled or cancelled before, or it is about something else."""


class StillUnsettled(Exception):
    """Somebody else has changed the order at the same moment; what was told has to be looked at again."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """The way from a word of the provider's to an order that is settled."""

    orders: Orders
    settlement: Settlement
    inbox: Inbox

    def hear(self, told: Told, cause: Cause) -> Heard:
        """Settle the order that the told payment belongs to.

        Raises PaymentMissing for a payment that nobody knows of (yet: what finds it may lag behind), and StillUnsettled
        or Busy; then it may be told again.
        """
        event = Event(told.id, "PaymentProviderTold", {})
        if self.inbox.knows(event):
            return Heard.REPEATED
        heard = self._settle(told, cause)
        if not self.inbox.handle(event, (), self.settlement.clock()):
            return Heard.REPEATED
        return heard

    def _settle(self, told: Told, cause: Cause) -> Heard:
        if told.answer is None:
            return Heard.OF_NO_MATTER
        reference = told.answer.reference if isinstance(told.answer, Authorised) else None
        order_id = self.orders.of_payment(told.payment_id, reference)
        order = None if order_id is None else self.orders.get(order_id)
        if order is None or order.payment is None or order.payment.id != told.payment_id:
            raise PaymentMissing
        if order.status is not OrderStatus.PAYMENT_PENDING:
            return Heard.OF_NO_MATTER
        after = self.settlement.settle(order, told.answer, cause)
        if after.status is OrderStatus.PAYMENT_PENDING:
            raise StillUnsettled
        return Heard.SETTLED
