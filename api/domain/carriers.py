"""Carriers: who brings parcels, and how they number them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SCAN: Final = "carriers/scan"
"""What a carrier's token is good for: the resource server `carriers` of the user pool."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier. `prefix` begins the numbers of its parcels: it has left us all numbers that begin so."""

    id: str
    name: str
    prefix: str

    def tracking_number(self, order_id: str, place: int) -> str:
        """The number of an order's parcel; `place` counts an order's parcels from 1.

        It follows from the order, so that asking for a shipment twice can't give it two numbers.
        """
        return f"{self.prefix}{order_id}{place:02d}"


NORTHWAY: Final = Carrier("northway", "Northway", "NW")
SWIFTLINE: Final = Carrier("swiftline", "Swiftline", "SL")

CARRIERS: Final[Mapping[str, Carrier]] = {each.id: each for each in (NORTHWAY, SWIFTLINE)}
"""By their ids."""
