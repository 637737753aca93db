"""What customers can do with what they have told."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from api.domain.customer import Address, Choices, Person, Preferences, Profile
from api.domain.errors import CustomerErased, CustomerMissing, Stale
from api.domain.events import Event
from api.domain.profiles import Changes, Profiles, changed_person
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, LATER, NOON

HOME = Address("Ringvägen 1", "118 60", "Stockholm", "SE")
ANN = Person("Ann", "ann@example.com", "+46701234567", (HOME,))


@dataclass
class CustomersInMemory:
    """As much of the Customers port as the use cases need."""

    profiles: dict[str, Profile] = field(default_factory=dict)
    chosen: dict[str, Preferences] = field(default_factory=dict)
    erased: list[Event] = field(default_factory=list)
    registered: list[Event] = field(default_factory=list)
    blocked: frozenset[str] = frozenset()
    forgotten: set[str] = field(default_factory=set)

    def profile(self, customer: str) -> Profile | None:
        self._refuse_forgotten(customer)
        return self.profiles.get(customer)

    def keep_profile(self, changed: Profile) -> None:
        self.profiles[changed.customer] = changed

    def preferences(self, customer: str) -> Preferences | None:
        self._refuse_forgotten(customer)
        return self.chosen.get(customer)

    def keep_preferences(self, customer: str, chosen: Preferences, now: datetime) -> None:
        assert now
        self.chosen[customer] = chosen

    def erase(self, customer: str, now: datetime, event: Event) -> None:
        assert now
        self.forgotten.add(customer)
        self.erased.append(event)

    def register(self, new: Profile, event: Event) -> bool:
        if new.customer in self.profiles:
            return False
        self.profiles[new.customer] = new
        self.registered.append(event)
        return True

    def is_blocked(self, customer: str) -> bool:
        return customer in self.blocked

    def keep_standing(self, customer: str, now: datetime, *, blocked: bool) -> None:
        assert now
        self.blocked = self.blocked | {customer} if blocked else self.blocked - {customer}

    def with_email(self, email: str) -> list[str]:
        return [profile.customer for profile in self.profiles.values() if profile.person.email == email]

    def _refuse_forgotten(self, customer: str) -> None:
        if customer in self.forgotten:
            raise CustomerErased


@dataclass
class AccountsInMemory:
    """Who has an account, and the accounts that were closed."""

    open: frozenset[str] = frozenset()
    closed: list[str] = field(default_factory=list)

    def has(self, customer: str) -> bool:
        return customer in self.open

    def delete(self, username: str) -> None:
        self.closed.append(username)


def shop(*profiles: Profile) -> Profiles:
    customers = CustomersInMemory({each.customer: each for each in profiles})
    return Profiles(customers, AccountsInMemory(), lambda: LATER, lambda: EVENT_ID)


def kept(person: Person = ANN, version: int = 3) -> Profile:
    return Profile("ann", person, version, NOON, NOON)


def test_who_has_told_nothing_has_an_empty_profile_that_is_kept_nowhere() -> None:
    customers = CustomersInMemory()
    profiles = Profiles(customers, AccountsInMemory(), lambda: LATER, lambda: EVENT_ID)
    assert profiles.get("ann") == Profile("ann", Person(), 0, LATER, LATER)
    assert customers == CustomersInMemory()


def test_a_change_makes_the_next_version() -> None:
    profiles = shop(kept())
    changed = profiles.change("ann", {"name": "Ann B."}, frozenset({3}))
    assert changed == Profile("ann", Person("Ann B.", ANN.email, ANN.phone, (HOME,)), 4, NOON, LATER)
    assert profiles.get("ann") == changed


@pytest.mark.parametrize("expected", [frozenset({2}), frozenset({0, 4}), frozenset()])
def test_a_change_of_another_version_is_refused(expected: frozenset[int]) -> None:
    profiles = shop(kept())
    with pytest.raises(Stale):
        profiles.change("ann", {"name": "Eve"}, expected)
    with pytest.raises(Stale):
        profiles.choose("ann", Choices("de"), expected - {0} | {7})
    assert profiles.get("ann") == kept()


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({}, ANN),
        ({"name": None, "email": None, "phone": None, "addresses": None}, Person()),
        ({"addresses": ()}, Person(ANN.name, ANN.email, ANN.phone)),
        ({"phone": "+491"}, Person(ANN.name, ANN.email, "+491", (HOME,))),
    ],
)
def test_null_forgets_and_what_is_not_named_stays(changes: Changes, after: Person) -> None:
    assert changed_person(ANN, changes) == after


def test_a_person_has_no_other_fields() -> None:
    with pytest.raises(TypeError):
        changed_person(ANN, {"shoe_size": "38"})


def test_choices_are_counted_too() -> None:
    profiles = shop()
    assert profiles.preferences("ann") == Preferences(Choices(), 0)
    assert profiles.choose("ann", Choices("sv", "SEK"), frozenset({0})) == Preferences(Choices("sv", "SEK"), 1)
    assert profiles.preferences("ann").version == 1


def test_a_forgotten_customer_has_no_data_and_no_account() -> None:
    customers, accounts = CustomersInMemory({"ann": kept()}), AccountsInMemory()
    profiles = Profiles(customers, accounts, lambda: LATER, lambda: EVENT_ID)
    profiles.erase("ann", "ann@example.com", CAUSE)
    assert accounts.closed == ["ann@example.com"]
    (event,) = customers.erased
    assert (event.id, event.kind, event.detail["data"]) == (
        EVENT_ID,
        "CustomerErased",
        {"customer_id": "ann", "erased_at": "2026-11-23T13:30:00.000Z"},
    )
    with pytest.raises(CustomerErased):
        profiles.get("ann")
    with pytest.raises(CustomerErased):
        profiles.choose("ann", Choices(), None)


def test_an_account_that_stays_open_is_closed_by_the_next_request() -> None:
    class Broken(AccountsInMemory):
        def delete(self, username: str) -> None:
            raise TimeoutError(username)

    customers, accounts = CustomersInMemory({"ann": kept()}), AccountsInMemory()
    with pytest.raises(TimeoutError):
        Profiles(customers, Broken(), lambda: LATER, lambda: EVENT_ID).erase("ann", "ann", CAUSE)
    assert customers.forgotten == {"ann"}
    Profiles(customers, accounts, lambda: LATER, lambda: EVENT_ID).erase("ann", "ann", CAUSE)
    assert accounts.closed == ["ann"]


def test_who_has_an_account_can_be_blocked_whatever_they_have_told() -> None:
    customers = CustomersInMemory()
    profiles = Profiles(customers, AccountsInMemory(frozenset({"ann"})), lambda: LATER, lambda: EVENT_ID)
    profiles.keep_standing("ann", blocked=True)
    assert customers.is_blocked("ann")
    profiles.keep_standing("ann", blocked=False)
    assert not customers.is_blocked("ann")


@pytest.mark.parametrize("blocked", [True, False])
def test_nobody_is_blocked_who_has_no_account(blocked: bool) -> None:
    customers = CustomersInMemory({"ann": kept()})
    profiles = Profiles(customers, AccountsInMemory(frozenset({"ben"})), lambda: LATER, lambda: EVENT_ID)
    with pytest.raises(CustomerMissing):
        profiles.keep_standing("ann", blocked=blocked)
    assert not customers.is_blocked("ann")


def test_a_new_customer_is_registered_once_with_what_they_gave() -> None:
    customers = CustomersInMemory()
    profiles = Profiles(customers, AccountsInMemory(), lambda: LATER, lambda: EVENT_ID)
    profiles.register("ann", ANN, CAUSE)
    profiles.register("ann", Person("Eve"), CAUSE)
    assert profiles.get("ann") == Profile("ann", ANN, 1, LATER, LATER)
    (event,) = customers.registered
    assert (event.kind, event.detail["data"]) == (
        "CustomerRegistered",
        {"customer_id": "ann", "registered_at": "2026-11-23T13:30:00.000Z"},
    )
