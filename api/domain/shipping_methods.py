"""How orders can be sent, by whom, and what that costs."""

from dataclasses import dataclass
from typing import Final

from api.domain.carriers import NORTHWAY, SWIFTLINE, Carrier
from api.domain.money import Money


@dataclass(frozen=True, slots=True)
class ShippingMethod:
    """A way to send an order. It takes `fastest` to `slowest` working days."""

    id: str
    name: str
    carrier: Carrier
    price: Money
    fastest: int
    slowest: int

    def __post_init__(self) -> None:
        if not 1 <= self.fastest <= self.slowest:
            raise ValueError(f"{self.id} takes {self.fastest} to {self.slowest} days, which is no time")


STANDARD: Final = ShippingMethod("standard", "Standard", NORTHWAY, Money(490, "EUR"), fastest=2, slowest=4)
EXPRESS: Final = ShippingMethod("express", "Express", SWIFTLINE, Money(1_290, "EUR"), fastest=1, slowest=1)

METHODS: Final = (STANDARD, EXPRESS)
"""The cheapest first. Orders that do not choose, and so far none can, are sent by the first."""
