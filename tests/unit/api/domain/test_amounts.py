"""Money as people read it."""

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from api.domain.amounts import MINOR_DIGITS, shown
from api.domain.money import CURRENCIES, Money


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (0, "EUR", "0.00 EUR"),
        (5, "EUR", "0.05 EUR"),
        (2_080, "EUR", "20.80 EUR"),
        (123_456_789, "SEK", "1,234,567.89 SEK"),
        (1_500, "JPY", "1,500 JPY"),
    ],
)
def test_an_amount_is_written_in_units_and_what_is_smaller(amount: int, currency: str, said: str) -> None:
    assert shown(Money(amount, currency)) == said


def test_every_currency_of_the_shop_has_the_digits_that_unicode_knows_of_it() -> None:
    assert {currency: get_currency_precision(currency) for currency in CURRENCIES} == MINOR_DIGITS


@given(st.integers(min_value=0, max_value=10**15), st.sampled_from(sorted(CURRENCIES)))
def test_what_is_written_is_the_same_amount(amount: int, currency: str) -> None:
    number, _, code = shown(Money(amount, currency)).partition(" ")
    assert code == currency
    assert int(number.replace(",", "").replace(".", "")) == amount
    assert len(number.partition(".")[2]) == MINOR_DIGITS[currency]
