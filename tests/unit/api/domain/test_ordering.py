"""What customers can do with orders."""

import pytest

from api.domain.errors import OrderMissing, RepeatedProduct, Stale
from api.domain.events import order_cancelled, order_placed
from api.domain.model import OrderStatus, RequestedLine
from api.domain.ordering import Ordering
from api.domain.ports import Versions
from tests.unit.api.domain.examples import (
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
    placed = ordering(orders).place("ann", THREE_TEAS, CAUSE, "receipt")
    assert orders.orders == {ORDER_ID: placed}
    assert orders.events == [order_placed(placed, EVENT_ID, CAUSE)]


def test_the_same_receipt_gets_the_same_order() -> None:
    orders = OrdersInMemory()
    shop = ordering(orders)
    placed = shop.place("ann", THREE_TEAS, CAUSE, "receipt")
    assert shop.place("ann", THREE_TEAS, CAUSE, "receipt") == placed
    assert len(orders.orders) == 1


def test_a_repeated_product_is_refused_before_the_store_is_asked() -> None:
    with pytest.raises(RepeatedProduct):
        ordering(OrdersInMemory()).place("ann", THREE_TEAS * 2, CAUSE, "receipt")


def test_an_order_is_its_owners() -> None:
    shop = ordering(OrdersInMemory({ORDER_ID: order(customer="ann")}))
    assert shop.get("ann", ORDER_ID).customer == "ann"
    for customer, order_id in [("ben", ORDER_ID), ("ann", EVENT_ID)]:
        with pytest.raises(OrderMissing):
            shop.get(customer, order_id)


def test_nobody_cancels_somebody_elses_order() -> None:
    orders = OrdersInMemory({ORDER_ID: order(customer="ann")})
    with pytest.raises(OrderMissing):
        ordering(orders).cancel("ben", ORDER_ID, None, CAUSE)
    assert orders.orders[ORDER_ID].status is OrderStatus.CONFIRMED


@pytest.mark.parametrize("expected", [None, frozenset({1}), frozenset({1, 7})])
def test_an_order_is_cancelled_if_it_is_the_expected_one(expected: Versions) -> None:
    orders = OrdersInMemory({ORDER_ID: order()})
    cancelled = ordering(orders).cancel("ann", ORDER_ID, expected, CAUSE)
    assert cancelled == orders.orders[ORDER_ID]
    assert (cancelled.status, cancelled.version, cancelled.placed_at) == (OrderStatus.CANCELLED, 2, NOON)
    assert orders.events == [
        order_cancelled(cancelled, "customer", ORDER_ID, CAUSE)
    ]  # the first of the ids that there are


@pytest.mark.parametrize("expected", [frozenset({2}), frozenset[int]()])
def test_an_order_that_is_not_the_expected_one_stays(expected: Versions) -> None:
    orders = OrdersInMemory({ORDER_ID: order()})
    with pytest.raises(Stale):
        ordering(orders).cancel("ann", ORDER_ID, expected, CAUSE)
    assert orders.orders == {ORDER_ID: order()}
