"""What follows from the payment provider's decision about an order, however it was learnt."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.domain import settling
from api.domain.errors import Busy
from api.domain.events import Cause, Event, order_cancelled, order_confirmed, payment_authorised, payment_failed
from api.domain.model import Order, OrderStatus
from api.domain.payment import Answer, Authorised, Declined, Unavailable, Undecided
from api.domain.ports import Clock, NewId, Orders


@dataclass(frozen=True, slots=True)
class Settlement:
    """The way from a decision to an order that is kept with it, on whatever keeps the orders."""

    orders: Orders
    clock: Clock
    new_id: NewId

    def settle(self, order: Order, answer: Answer, cause: Cause) -> Order:
        """The order as the answer leaves it. Raises NothingToPay for a decision about one that waits for none."""
        match answer:
            case Authorised(reference):
                return self.keep(settling.authorised(order, reference, self.clock()), cause)
            case Declined():
                return self.keep(settling.declined(order, self.clock()), cause)
            case Undecided() | Unavailable():
                return order

    def keep(self, order: Order, cause: Cause) -> Order:
        """Keep the order with its events; the order as it is if somebody else has changed it meanwhile."""
        try:
            self.orders.change(order, self._events(order, cause))
        except Busy:
            found = self.orders.get(order.id)
            if found is None:
                raise
            return found
        return order

    def _events(self, order: Order, cause: Cause) -> Sequence[Event]:
        match order.status:
            case OrderStatus.CONFIRMED:
                return (
                    payment_authorised(order, self.new_id(), cause),
                    order_confirmed(order, self.new_id(), cause),
                )
            case OrderStatus.PAYMENT_FAILED:
                return (
                    payment_failed(order, self.new_id(), cause),
                    order_cancelled(order, "payment_declined", self.new_id(), cause),
                )
            case _:
                return ()
