"""Money is whole, never negative, of one currency."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import limits
from api.domain.errors import MixedCurrencies
from api.domain.money import CURRENCIES, Money

amounts = st.integers(0, limits.MAX_TOTAL)
currencies = st.sampled_from(sorted(CURRENCIES))


@given(amounts, amounts, currencies)
def test_adding_loses_nothing(one: int, other: int, currency: str) -> None:
    assert Money(one, currency) + Money(other, currency) == Money(one + other, currency)


@given(st.integers(0, limits.MAX_PRICE), st.integers(1, limits.MAX_QUANTITY), currencies)
def test_so_many_pieces_cost_as_much_as_adding_them_up(amount: int, quantity: int, currency: str) -> None:
    total = Money(amount, currency).times(quantity)
    assert total == Money(amount * quantity, currency)
    assert total.amount == int(Decimal(amount) * quantity)


def test_the_dearest_order_is_a_number_that_every_json_reader_keeps() -> None:
    assert limits.MAX_PRICE * limits.MAX_QUANTITY * limits.MAX_LINES <= limits.MAX_TOTAL


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(MixedCurrencies, match=re.escape("EUR, USD")):
        Money(1, "EUR") + Money(1, "USD")


@pytest.mark.parametrize("amount", [1.0, 0.1, True, "1", Decimal(1), None])
def test_only_whole_numbers_are_money(amount: Any) -> None:
    with pytest.raises(TypeError, match="whole minor units"):
        Money(amount, "EUR")


def test_money_is_never_negative() -> None:
    with pytest.raises(ValueError, match="never negative: -1"):
        Money(-1, "EUR")


@pytest.mark.parametrize("currency", ["", "eur", "XXX", "EURO"])
def test_a_currency_is_one_the_shop_sells_in(currency: str) -> None:
    with pytest.raises(ValueError, match="not a currency of this shop"):
        Money(1, currency)
