"""Customers in DynamoDB, against the emulator: who was forgotten meanwhile stays forgotten."""

from dataclasses import replace

import pytest

from api.adapters.customers import DynamoCustomers
from api.adapters.sources import new_id
from api.domain.customer import Choices, Person, Preferences, Profile
from api.domain.errors import Busy, CustomerErased
from api.domain.events import customer_erased, customer_registered
from api.handlers.customer_services import customers
from tests.support.openapi import promise
from tests.unit.api.domain.examples import CAUSE, LATER, NOON

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]


@pytest.fixture
def kept() -> DynamoCustomers:
    return customers()


def profile(version: int) -> Profile:
    return Profile(new_id(), Person(name="Ann", email="ann@example.com"), version, NOON, NOON)


def forget(kept: DynamoCustomers, customer: str) -> None:
    kept.erase(customer, LATER, customer_erased(customer, LATER, new_id(), CAUSE))


@pytest.mark.parametrize("read", range(4))
def test_a_profile_that_was_read_before_an_erasure_is_not_kept_after_it(kept: DynamoCustomers, read: int) -> None:
    before = profile(1)
    for version in range(1, read + 1):
        kept.keep_profile(replace(before, version=version))
    forget(kept, before.customer)
    with pytest.raises(Busy):
        kept.keep_profile(replace(before, version=read + 1))
    with pytest.raises(CustomerErased):
        kept.profile(before.customer)
    assert before.customer not in kept.with_email("ann@example.com")


MOST_FOUND = promise()["components"]["schemas"]["FoundCustomers"]["properties"]["items"]["maxItems"]


@pytest.mark.parametrize("there", [2, MOST_FOUND + 1])
def test_all_who_share_an_address_are_found_as_many_as_the_promise_has_room_for(
    kept: DynamoCustomers, there: int
) -> None:
    """An operator who is shown one of two accounts blocks, or helps, the wrong one."""
    shared = Person(email=f"{new_id().lower()}@example.com")
    sharing = [replace(profile(1), person=shared) for _ in range(there)]
    for each in sharing:
        kept.keep_profile(each)
    kept.keep_profile(profile(1))
    found = list(kept.with_email(str(shared.email)))
    assert set(found) <= {each.customer for each in sharing}
    assert len(set(found)) == len(found) == min(there, MOST_FOUND)


@pytest.mark.parametrize("read", range(4))
def test_nor_are_preferences(kept: DynamoCustomers, read: int) -> None:
    customer = new_id()
    for version in range(1, read + 1):
        kept.keep_preferences(customer, Preferences(Choices(), version), NOON)
    forget(kept, customer)
    with pytest.raises(Busy):
        kept.keep_preferences(customer, Preferences(Choices(newsletter=True), read + 1), LATER)
    with pytest.raises(CustomerErased):
        kept.preferences(customer)


def test_who_was_forgotten_is_not_registered_again(kept: DynamoCustomers) -> None:
    new = profile(1)
    forget(kept, new.customer)
    assert not kept.register(new, customer_registered(new.customer, LATER, new_id(), CAUSE))
    with pytest.raises(CustomerErased):
        kept.profile(new.customer)
