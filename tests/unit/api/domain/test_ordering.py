"""What owners can do with orders."""

import pytest

from api.domain.errors import OrderMissing, RepeatedProduct, Stale
from api.domain.events import order_cancelled, order_confirmed, order_placed, stock_low
from api.domain.model import OrderStatus, RequestedLine, Stock
from api.domain.ordering import Ordering
from api.domain.owner import partner
from api.domain.ports import Versions
from tests.unit.api.domain.examples import (
    ANN,
    BEN,
    CAUSE,
    EVENT_ID,
    LATER,
    NOON,
    ORDER_ID,
    PAYMENT_ID,
    OrdersInMemory,
    ProductsInMemory,
    ids,
    order,
    product,
)

THREE_TEAS = (RequestedLine("TEA-100", 3),)


def ordering(orders: OrdersInMemory) -> Ordering:
    products = ProductsInMemory({"TEA-100": product()})
    return Ordering(
        products, orders, lambda: LATER, ids(ORDER_ID, PAYMENT_ID, EVENT_ID, *(f"{n:026}" for n in range(9)))
    )


def test_placing_keeps_the_order_and_its_event() -> None:
    orders = OrdersInMemory()
    placed = ordering(orders).place(ANN, THREE_TEAS, CAUSE, "receipt")
    assert orders.orders == {ORDER_ID: placed}
    assert orders.events == [order_placed(placed, EVENT_ID, CAUSE)]


def test_a_customers_order_waits_for_its_payment() -> None:
    placed = ordering(OrdersInMemory()).place(ANN, THREE_TEAS, CAUSE, "receipt")
    assert placed.status is OrderStatus.PAYMENT_PENDING
    assert placed.payment is not None
    assert (placed.payment.id, placed.payment.amount) == (PAYMENT_ID, placed.total)


def test_a_partners_order_is_confirmed_at_once_without_a_payment() -> None:
    orders = OrdersInMemory()
    placed = ordering(orders).place(partner("acme"), THREE_TEAS, CAUSE, "receipt")
    assert (placed.status, placed.payment) == (OrderStatus.CONFIRMED, None)
    assert orders.orders == {ORDER_ID: placed}
    assert orders.events == [order_placed(placed, PAYMENT_ID, CAUSE), order_confirmed(placed, EVENT_ID, CAUSE)]


def test_what_becomes_low_by_an_order_is_told_in_its_chain() -> None:
    low = Stock("TEA-100", 9, 3)
    orders = OrdersInMemory(low=(low,))
    ordering(orders).place(ANN, THREE_TEAS, CAUSE, "receipt")
    assert orders.events[-1] == stock_low(low, f"{0:026}", LATER, CAUSE)


def test_what_has_happened_to_an_order_is_its_owners_to_see() -> None:
    orders = OrdersInMemory()
    shop = ordering(orders)
    shop.place(partner("acme"), THREE_TEAS, CAUSE, "receipt")
    assert [step.happened for step in shop.timeline(partner("acme"), ORDER_ID)] == ["PLACED", "CONFIRMED"]
    with pytest.raises(OrderMissing):
        shop.timeline(ANN, ORDER_ID)


def test_the_same_receipt_gets_the_same_order() -> None:
    orders = OrdersInMemory()
    shop = ordering(orders)
    placed = shop.place(ANN, THREE_TEAS, CAUSE, "receipt")
    assert shop.place(ANN, THREE_TEAS, CAUSE, "receipt") == placed
    assert len(orders.orders) == 1


def test_a_repeated_product_is_refused_before_the_store_is_asked() -> None:
    with pytest.raises(RepeatedProduct):
        ordering(OrdersInMemory()).place(ANN, THREE_TEAS * 2, CAUSE, "receipt")


def test_an_order_is_its_owners() -> None:
    shop = ordering(OrdersInMemory({ORDER_ID: order(owner=ANN)}))
    assert shop.get(ANN, ORDER_ID).owner == ANN
    for owner, order_id in [(BEN, ORDER_ID), (partner("ann"), ORDER_ID), (ANN, EVENT_ID)]:
        with pytest.raises(OrderMissing):
            shop.get(owner, order_id)


def test_nobody_cancels_somebody_elses_order() -> None:
    orders = OrdersInMemory({ORDER_ID: order(owner=ANN)})
    with pytest.raises(OrderMissing):
        ordering(orders).cancel(BEN, ORDER_ID, None, CAUSE)
    assert orders.orders[ORDER_ID].status is OrderStatus.CONFIRMED


@pytest.mark.parametrize("expected", [None, frozenset({1}), frozenset({1, 7})])
def test_an_order_is_cancelled_if_it_is_the_expected_one(expected: Versions) -> None:
    orders = OrdersInMemory({ORDER_ID: order()})
    cancelled = ordering(orders).cancel(ANN, ORDER_ID, expected, CAUSE)
    assert cancelled == orders.orders[ORDER_ID]
    assert (cancelled.status, cancelled.version, cancelled.placed_at) == (OrderStatus.CANCELLED, 2, NOON)
    assert orders.events == [
        order_cancelled(cancelled, "customer", ORDER_ID, CAUSE)
    ]  # the first of the ids that there are


@pytest.mark.parametrize("expected", [frozenset({2}), frozenset[int]()])
def test_an_order_that_is_not_the_expected_one_stays(expected: Versions) -> None:
    orders = OrdersInMemory({ORDER_ID: order()})
    with pytest.raises(Stale):
        ordering(orders).cancel(ANN, ORDER_ID, expected, CAUSE)
    assert orders.orders == {ORDER_ID: order()}
