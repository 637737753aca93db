"""Whose an order is: a customer's or a partner's."""

from dataclasses import dataclass
from enum import StrEnum


class OwnerKind(StrEnum):
    """What an owner is."""

    CUSTOMER = "CUSTOMER"
    PARTNER = "PARTNER"


@dataclass(frozen=True, slots=True)
class Owner:
    """A customer by the user pool's id for them, or a partner by its own id."""

    kind: OwnerKind
    id: str


def customer(subject: str) -> Owner:
    """The customer whom the user pool calls `subject`."""
    return Owner(OwnerKind.CUSTOMER, subject)


def partner(partner_id: str) -> Owner:
    """The partner of that id."""
    return Owner(OwnerKind.PARTNER, partner_id)
