"""The states that consumers' pacts speak of, as data: what has to be there before an interaction is verified.

tests/contract/states.py makes them. A state that is not listed here fails the verification.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

TEA: Final = "TEA-EARL-GREY-100"
ORDER: Final = "01JDA7C0R00000000000000000"


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product of the category `tea`, at 8.90 EUR, in its first version."""

    sku: str = TEA
    name: str = "Earl Grey, 100 g"
    available: int = 10


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order of two pieces of TEA, which hold their stock."""

    owner: Literal["the caller", "somebody else", "the partner"] = "the caller"
    status: Literal["CONFIRMED", "SHIPPED", "CANCELLED"] = "CONFIRMED"
    id: str = ORDER


@dataclass(frozen=True, slots=True)
class State:
    """What is there. Nothing is said of anything else."""

    products: tuple[KnownProduct, ...] = ()
    orders: tuple[KnownOrder, ...] = ()


STATES: Final[Mapping[str, State]] = {
    "the tea is in stock": State(products=(KnownProduct(),)),
    "the tea is sold out": State(products=(KnownProduct(available=0),)),
    "there is no such product": State(),
    "the caller has an order": State(products=(KnownProduct(),), orders=(KnownOrder(),)),
    "the caller's order has been shipped": State(products=(KnownProduct(),), orders=(KnownOrder(status="SHIPPED"),)),
    "the partner has an order": State(products=(KnownProduct(),), orders=(KnownOrder(owner="the partner"),)),
    "somebody else has the order": State(products=(KnownProduct(),), orders=(KnownOrder(owner="somebody else"),)),
}
