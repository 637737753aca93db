"""What may be placed and what may be cancelled."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import limits, rules
from api.domain.errors import (
    MixedCurrencies,
    OrderAlreadyCancelled,
    OrderShipped,
    RepeatedProduct,
    UnknownProduct,
)
from api.domain.model import Order, OrderLine, OrderStatus, RequestedLine
from api.domain.money import Money
from tests.unit.api.domain.examples import ANN, LATER, NOON, ORDER_ID, order, product

requested_lines = st.lists(
    st.builds(
        RequestedLine,
        st.integers(0, 99).map("TEA-{}".format),
        st.integers(1, limits.MAX_QUANTITY),
    ),
    min_size=1,
    max_size=limits.MAX_LINES,
    unique_by=lambda line: line.sku,
)


def placed(*requested: RequestedLine) -> Order:
    products = {"TEA-100": product(), "MUG-1": product("MUG-1", 300, name="Mug"), "HAT-1": product("HAT-1", 5, "USD")}
    return rules.place(ORDER_ID, ANN, requested, products, NOON)


def test_an_order_keeps_names_and_prices_of_its_moment() -> None:
    assert placed(RequestedLine("MUG-1", 3), RequestedLine("TEA-100", 1)) == Order(
        ORDER_ID,
        ANN,
        OrderStatus.CONFIRMED,
        (OrderLine("MUG-1", "Mug", 3, Money(300, "EUR")), OrderLine("TEA-100", "Earl Grey", 1, Money(890, "EUR"))),
        version=1,
        placed_at=NOON,
        updated_at=NOON,
    )


@given(requested_lines, st.integers(0, limits.MAX_PRICE))
def test_a_total_is_exact_whatever_is_ordered(requested: Sequence[RequestedLine], price: int) -> None:
    products = {line.sku: product(line.sku, price) for line in requested}
    total = rules.place(ORDER_ID, ANN, requested, products, NOON).total
    assert total == Money(sum(price * line.quantity for line in requested), "EUR")
    assert total.amount <= limits.MAX_TOTAL


def test_unknown_products_are_named_by_their_lines() -> None:
    with pytest.raises(UnknownProduct) as refused:
        placed(RequestedLine("NO-1", 1), RequestedLine("TEA-100", 1), RequestedLine("NO-2", 1))
    assert refused.value.indexes == (0, 2)


def test_a_product_stands_in_one_line_only() -> None:
    with pytest.raises(RepeatedProduct) as refused:
        placed(RequestedLine("TEA-100", 1), RequestedLine("MUG-1", 1), RequestedLine("TEA-100", 2))
    assert refused.value.indexes == (2,)


def test_an_order_has_one_currency() -> None:
    with pytest.raises(MixedCurrencies, match="EUR, USD"):
        placed(RequestedLine("TEA-100", 1), RequestedLine("HAT-1", 1))


def test_cancelling_makes_a_new_version() -> None:
    cancelled = rules.cancel(order(), LATER)
    assert (cancelled.status, cancelled.version, cancelled.updated_at) == (OrderStatus.CANCELLED, 2, LATER)
    assert (cancelled.lines, cancelled.placed_at) == (order().lines, NOON)


def test_a_shipped_order_cannot_be_cancelled() -> None:
    with pytest.raises(OrderShipped):
        rules.cancel(order(OrderStatus.SHIPPED), LATER)


def test_a_cancelled_order_cannot_be_cancelled_again() -> None:
    with pytest.raises(OrderAlreadyCancelled):
        rules.cancel(order(OrderStatus.CANCELLED), LATER)


def test_an_order_that_was_not_paid_holds_nothing_to_give_back() -> None:
    with pytest.raises(OrderAlreadyCancelled):
        rules.cancel(order(OrderStatus.PAYMENT_FAILED), LATER)


def test_an_order_that_waits_for_its_payment_can_be_cancelled() -> None:
    assert rules.cancel(order(OrderStatus.PAYMENT_PENDING), LATER).status is OrderStatus.CANCELLED
