"""What an order may hold."""

from dataclasses import replace

import pytest

from api.domain.model import OrderLine
from api.domain.money import Money
from tests.unit.api.domain.examples import order


def test_an_orders_total_is_the_sum_of_its_lines() -> None:
    assert order().total == Money(2 * 890 + 300, "EUR")


@pytest.mark.parametrize("quantity", [0, -1, 1000])
def test_a_line_holds_1_to_999_pieces(quantity: int) -> None:
    with pytest.raises(ValueError, match="1 to 999 pieces"):
        OrderLine("TEA-100", "Earl Grey", quantity, Money(1, "EUR"))


@pytest.mark.parametrize("count", [0, 21])
def test_an_order_has_1_to_20_lines(count: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 20 lines, not {count}"):
        replace(order(), lines=order().lines[:1] * count)


@pytest.mark.parametrize("order_id", ["", "1", "01JDA7C0R0000000000000000I", "81JDA7C0R00000000000000001", "x\x00"])
def test_an_orders_id_is_a_ulid(order_id: str) -> None:
    with pytest.raises(ValueError, match="is a ULID"):
        replace(order(), id=order_id)
