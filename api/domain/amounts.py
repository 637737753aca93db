"""Money as people read it."""

from collections.abc import Mapping
from typing import Final

from api.domain.money import Money

MINOR_DIGITS: Final[Mapping[str, int]] = {"CHF": 2, "EUR": 2, "GBP": 2, "JPY": 0, "SEK": 2, "USD": 2}
"""How many digits of an amount are behind the point (ISO 4217)."""


def shown(money: Money) -> str:
    """`1,234.50 EUR`: commas between thousands, a point before the smallest unit, and the currency's code."""
    digits = MINOR_DIGITS[money.currency]
    whole, rest = divmod(money.amount, 10**digits)
    behind = f".{rest:0{digits}d}" if digits else ""
    return f"{whole:,}{behind} {money.currency}"
