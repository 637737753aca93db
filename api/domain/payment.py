"""A payment: what is asked of the provider for an order, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from api.domain.money import Money


class PaymentStatus(StrEnum):
    """Where a payment stands. PENDING and VOIDING wait for an answer of the provider's, the others are its answers."""

    PENDING = "PENDING"
    AUTHORISED = "AUTHORISED"
    DECLINED = "DECLINED"
    VOIDING = "VOIDING"
    VOIDED = "VOIDED"


UNSETTLED: Final = frozenset({PaymentStatus.PENDING, PaymentStatus.VOIDING})


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment of one order. Its id is the provider's idempotency key, so that asking again can't charge twice.

    `reference` is the provider's own number, once it has given one.
    """

    id: str
    amount: Money
    status: PaymentStatus
    reference: str | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Authorised:
    """The provider holds the money; `reference` is its number for that."""

    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider, or the customer's bank, says no. Asking again would not change it."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """The provider has the payment and is still looking into it: an answer, but not yet the one that counts."""


@dataclass(frozen=True, slots=True)
class Voided:
    """The provider holds nothing for this payment, and never will."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """No answer, and so nobody knows. `asked` is False if the provider was not even asked."""

    asked: bool = True
    timed_out: bool = False


type Answer = Authorised | Declined | Undecided | Unavailable
"""What an authorisation ends with."""
