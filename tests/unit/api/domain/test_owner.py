"""An order is its owner's alone, whatever is asked of it; to others it is answered like one that does not exist.

An owner is a kind and an id: a partner may be called what some customer's number is, and is nobody's customer (API1).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from api.domain.claims import Claiming, Wrong
from api.domain.errors import OrderMissing
from api.domain.invoices import Invoices
from api.domain.model import RequestedLine, Stock
from api.domain.ordering import Ordering
from api.domain.owner import Owner, customer, partner
from tests.unit.api.domain.examples import CAUSE, NOON, ORDER_ID, OrdersInMemory, ProductsInMemory, order, product


@dataclass
class House:
    """One order, and everything that can be asked of it."""

    orders: OrdersInMemory
    claims: list[object] = field(default_factory=list)

    def keep(self, claim: object) -> None:
        self.claims.append(claim)

    def address(self, order_id: str) -> str:
        return f"https://example.com/{order_id}"

    @property
    def ordering(self) -> Ordering:
        products = ProductsInMemory({"TEA-100": product()}, {"TEA-100": Stock("TEA-100", 9, 0)})
        ids = (f"01JDA7C0R000000000000001{number:02}" for number in range(10, 99))
        return Ordering(products, self.orders, lambda: NOON, lambda: next(ids))

    @property
    def claiming(self) -> Claiming:
        archive: Any = self
        return Claiming(self.orders, archive, lambda: NOON, lambda: "claim-1")

    @property
    def invoices(self) -> Invoices:
        archive: Any = self
        return Invoices(self.orders, archive)


ASKED: Final[Mapping[str, Callable[[House, Owner], object]]] = {
    "read": lambda house, who: house.ordering.get(who, ORDER_ID),
    "followed": lambda house, who: house.ordering.timeline(who, ORDER_ID),
    "cancelled": lambda house, who: house.ordering.cancel(who, ORDER_ID, None, CAUSE),
    "placed again by its receipt": lambda house, who: house.ordering.place(
        who, [RequestedLine("TEA-100", 1)], CAUSE, "receipt"
    ),
    "read on its invoice": lambda house, who: house.invoices.address(who, ORDER_ID),
}
OWNERS: Final = (customer("ann"), partner("ann"))
STRANGERS: Final = (customer("ben"), customer("Ann"), customer("ann "), customer(""), partner("acme"), *OWNERS)


def house_of(owner: Owner) -> House:
    return House(OrdersInMemory({ORDER_ID: order(owner=owner)}, receipts={"receipt": ORDER_ID}))


@pytest.mark.parametrize("owner", OWNERS, ids=str)
@pytest.mark.parametrize("asked", ASKED)
def test_an_owner_may_ask_for_everything(asked: str, owner: Owner) -> None:
    assert ASKED[asked](house_of(owner), owner) is not None


@pytest.mark.parametrize(
    ("owner", "stranger"), [(owner, who) for owner in OWNERS for who in STRANGERS if who != owner], ids=str
)
@pytest.mark.parametrize("asked", ASKED)
def test_nobody_else_learns_of_an_order_or_changes_it(asked: str, owner: Owner, stranger: Owner) -> None:
    house = house_of(owner)
    before = dict(house.orders.orders)
    with pytest.raises(OrderMissing):
        ASKED[asked](house, stranger)
    assert (house.orders.orders, house.orders.events) == (before, [])


@pytest.mark.parametrize("owner", [customer("ben"), customer("Ann"), partner("ann"), partner("acme")], ids=str)
def test_a_customer_claims_nothing_of_an_order_that_is_not_theirs(owner: Owner) -> None:
    house = house_of(owner)
    with pytest.raises(OrderMissing):
        house.claiming.open("ann", ORDER_ID, Wrong.DAMAGED)
    assert house.claims == []
    mine = house_of(customer("ann"))
    assert mine.claiming.open("ann", ORDER_ID, Wrong.DAMAGED) in mine.claims
