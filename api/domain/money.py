"""Money: whole numbers of a currency's smallest unit, never a float."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from api.domain.errors import MixedCurrencies

type Currency = Literal["CHF", "EUR", "GBP", "JPY", "SEK", "USD"]
"""The ISO 4217 codes that the shop sells in."""

CURRENCIES: Final = frozenset(get_args(Currency.__value__))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of at least nothing, in minor units (cents, yen) of one currency.

    Raises TypeError for an amount that is not an int, ValueError for a negative one or an unknown currency.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:  # a bool is an int to isinstance, and True is no price
            raise TypeError(f"money is counted in whole minor units, not in {type(self.amount).__name__}")
        if self.amount < 0:
            raise ValueError(f"money here is never negative: {self.amount}")
        if self.currency not in CURRENCIES:
            raise ValueError(f"not a currency of this shop: {self.currency!r}; known are {sorted(CURRENCIES)}")

    def __add__(self, other: "Money") -> "Money":
        """Add two amounts of one currency; MixedCurrencies if they differ."""
        if self.currency != other.currency:
            raise MixedCurrencies({self.currency, other.currency})
        return Money(self.amount + other.amount, self.currency)

    def times(self, quantity: int) -> "Money":
        """The price of `quantity` pieces."""
        return Money(self.amount * quantity, self.currency)
