"""What customers have told: about themselves, and about how they want to be served."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """Where something may be sent. `country` is two letters of ISO 3166-1."""

    street: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Person:
    """Personal data: whatever of it a customer has told. It is kept sealed, and is in no log and in no event."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer's own data. Version 0 is that of one who has told nothing yet, and is kept nowhere."""

    customer: str
    person: Person
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Choices:
    """How a customer wants to be served."""

    language: str = "en"
    currency: str = "EUR"
    newsletter: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a customer is written to, and in which language."""

    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """A customer's choices as kept. Version 0 are the shop's own, until the customer chooses."""

    choices: Choices = field(default_factory=Choices)
    version: int = 0
