"""What customers can do with what they have told, up to being forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from api.domain.customer import Address, Choices, Person, Preferences, Profile
from api.domain.errors import CustomerMissing, Stale
from api.domain.events import Cause, customer_erased, customer_registered
from api.domain.ports import Accounts, Clock, Customers, NewId, Versions

type Changes = Mapping[str, str | tuple[Address, ...] | None]
"""New values of a Person's fields by their names; None forgets one, and what is not named stays."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """The customers' side of their data, on whatever keeps it."""

    customers: Customers
    accounts: Accounts
    clock: Clock
    new_id: NewId

    def get(self, customer: str) -> Profile:
        """The customer's profile. Raises CustomerErased."""
        now = self.clock()
        return self.customers.profile(customer) or Profile(customer, Person(), 0, now, now)

    def change(self, customer: str, changes: Changes, expected: Versions) -> Profile:
        """Change a profile that has one of the `expected` versions. Raises CustomerErased, Stale or Busy."""
        before = self.get(customer)
        _refuse_stale(before.version, expected)
        changed = replace(
            before, person=changed_person(before.person, changes), version=before.version + 1, updated_at=self.clock()
        )
        self.customers.keep_profile(changed)
        return changed

    def preferences(self, customer: str) -> Preferences:
        """The customer's preferences. Raises CustomerErased."""
        return self.customers.preferences(customer) or Preferences()

    def choose(self, customer: str, choices: Choices, expected: Versions) -> Preferences:
        """Keep other choices if those there have one of the `expected` versions. Raises CustomerErased, Stale, Busy."""
        before = self.preferences(customer)
        _refuse_stale(before.version, expected)
        chosen = Preferences(choices, before.version + 1)
        self.customers.keep_preferences(customer, chosen, self.clock())
        return chosen

    def register(self, customer: str, person: Person, cause: Cause) -> bool:
        """Keep a new customer's first profile and tell that there is one; False if that was done before."""
        now = self.clock()
        event = customer_registered(customer, now, self.new_id(), cause)
        return self.customers.register(Profile(customer, person, 1, now, now), event)

    def keep_standing(self, customer: str, *, blocked: bool) -> None:
        """Block a customer, or let them in again. Raises CustomerMissing for who has no account, or no more."""
        if not self.accounts.has(customer):
            raise CustomerMissing
        self.customers.keep_standing(customer, self.clock(), blocked=blocked)

    def erase(self, customer: str, username: str, cause: Cause) -> None:
        """Forget the person and close the account; the orders stay, which name nobody. Again, it changes nothing.

        The data goes first: if closing the account fails, a repeated request closes it.
        """
        now = self.clock()
        self.customers.erase(customer, now, customer_erased(customer, now, self.new_id(), cause))
        self.accounts.delete(username)


def changed_person(before: Person, changes: Changes) -> Person:
    """The person with the changes made. TypeError for a field that a Person does not have."""
    return replace(before, **{name: _EMPTY.get(name) if value is None else value for name, value in changes.items()})  # type: ignore[arg-type]


_EMPTY: Final[Mapping[str, tuple[()]]] = {"addresses": ()}


def _refuse_stale(version: int, expected: Versions) -> None:
    if expected is not None and version not in expected:
        raise Stale
