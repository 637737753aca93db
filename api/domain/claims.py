"""Claims: what is wrong with an order, shown by photographs that the customer uploads."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.domain import owner
from api.domain.errors import OrderMissing
from api.domain.ports import Claims, Clock, NewId, Orders


class Wrong(StrEnum):
    """What is wrong."""

    DAMAGED = "DAMAGED"
    INCOMPLETE = "INCOMPLETE"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim on one order."""

    id: str
    order_id: str
    customer: str
    reason: Wrong
    opened_at: datetime

    @property
    def folder(self) -> str:
        """Where its photographs belong. The customer comes first: they may write below their own number alone."""
        return f"claims/{self.customer}/{self.order_id}/{self.id}/"


@dataclass(frozen=True, slots=True)
class Claiming:
    """The customers' side of claims."""

    orders: Orders
    claims: Claims
    clock: Clock
    new_id: NewId

    def open(self, customer: str, order_id: str, reason: Wrong) -> Claim:
        """A new claim on one of the customer's own orders. Raises OrderMissing, also for somebody else's."""
        order = self.orders.get(order_id)
        if order is None or order.owner != owner.customer(customer):
            raise OrderMissing
        claim = Claim(self.new_id(), order_id, customer, reason, self.clock())
        self.claims.keep(claim)
        return claim
