"""The orders in DynamoDB, against the emulator: all or nothing, and never oversold."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from api.adapters.attributes import plain, typed
from api.adapters.items import from_order
from api.adapters.orders import DynamoOrders
from api.adapters.products import DynamoProducts
from api.adapters.sources import new_id, ulid
from api.adapters.transactions import Refused
from api.domain import limits, rules
from api.domain.errors import Busy, OutOfStock, PlacedBefore
from api.domain.events import (
    Event,
    order_cancelled,
    order_confirmed,
    order_placed,
    product_changed,
    stock_low,
)
from api.domain.model import Order, OrderLine, OrderStatus, OrdersWanted, Product, ProductDetails, Stock
from api.domain.money import Money
from api.domain.owner import customer as owner
from api.domain.owner import partner
from api.domain.timeline import Happened, Step
from tests.support.dynamodb import TABLE, count_items, new_sku
from tests.support.outbox import events_with
from tests.unit.api.domain.examples import CAUSE, LATER, NOON
from tests.unit.api.domain.paying import unpaid

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator


@pytest.fixture
def products(stage: "DynamoDBClient") -> DynamoProducts:
    return DynamoProducts(stage, TABLE)


@pytest.fixture
def orders(stage: "DynamoDBClient") -> DynamoOrders:
    return DynamoOrders(stage, TABLE)


def stocked(products: DynamoProducts, available: int) -> str:
    sku = new_sku()
    product = Product(sku, ProductDetails("Earl Grey", "", "tea", Money(890, "EUR")), 1, NOON, NOON)
    products.add(product, product_changed(product, new_id(), CAUSE))
    products.adjust(sku, available, NOON, low)
    return sku


def low(stock: Stock) -> Event:
    return stock_low(stock, new_id(), NOON, CAUSE)


def told_low(client: "DynamoDBClient", sku: str) -> list[int]:
    """How many pieces there were each time that the product was told to be low."""
    details = [detail["data"] for _, detail in events_with(client, sku, "StockLow")]
    return [data["available"] for data in details if data["sku"] == sku]


def order_of(*lines: tuple[str, int], customer: str = "ann") -> Order:
    made = tuple(OrderLine(sku, "Earl Grey", quantity, Money(890, "EUR")) for sku, quantity in lines)
    return Order(new_id(), owner(customer), OrderStatus.CONFIRMED, made, version=1, placed_at=NOON, updated_at=NOON)


def place(orders: DynamoOrders, order: Order, receipt: str | None = None) -> Event:
    event = order_placed(order, new_id(), CAUSE)
    orders.place(order, [event], receipt or new_id(), low)
    return event


def cancel(orders: DynamoOrders, order: Order) -> tuple[Order, Event]:
    cancelled = rules.cancel(order, LATER)
    event = order_cancelled(cancelled, "customer", new_id(), CAUSE)
    orders.change(cancelled, [event])
    return cancelled, event


def noted(client: "DynamoDBClient", event: Event) -> object:
    """The detail of an event as it waits to be sent."""
    key = typed({"PK": f"EVENT#{event.id}", "SK": "META"})
    item = plain(client.get_item(TableName=TABLE, Key=key)["Item"])
    assert (item["entity"], item["detail_type"]) == ("EVENT", event.kind)
    return json.loads(str(item["detail"]))


def test_an_order_is_found_as_it_was_placed(products: DynamoProducts, orders: DynamoOrders) -> None:
    order = order_of((stocked(products, 5), 2), (stocked(products, 5), 1))
    place(orders, order)
    assert orders.get(order.id) == order
    assert [products.stock(line.sku) for line in order.lines] == [
        Stock(order.lines[0].sku, available=3, reserved=2),
        Stock(order.lines[1].sku, available=4, reserved=1),
    ]


def test_an_order_that_is_not_there_is_none(orders: DynamoOrders) -> None:
    assert orders.get(new_id()) is None


def test_the_largest_order_fits_one_transaction(products: DynamoProducts, orders: DynamoOrders) -> None:
    order = order_of(*((stocked(products, 1), 1) for _ in range(limits.MAX_LINES)))
    place(orders, order)
    assert orders.get(order.id) == order


def test_a_partners_largest_order_and_both_its_events_fit_one_transaction(
    stage: "DynamoDBClient", products: DynamoProducts, orders: DynamoOrders
) -> None:
    lines = order_of(*((stocked(products, 1), 1) for _ in range(limits.MAX_LINES)))
    order = replace(lines, owner=partner("acme"))
    events = [order_placed(order, new_id(), CAUSE), order_confirmed(order, new_id(), CAUSE)]
    orders.place(order, events, new_id(), low)
    assert orders.get(order.id) == order
    assert [noted(stage, event) for event in events] == [event.detail for event in events]


def test_the_event_waits_beside_the_order(
    stage: "DynamoDBClient", products: DynamoProducts, orders: DynamoOrders
) -> None:
    event = place(orders, order_of((stocked(products, 1), 1)))
    item = stage.get_item(TableName=TABLE, Key=typed({"PK": f"EVENT#{event.id}", "SK": "META"}))["Item"]
    assert json.loads(str(plain(item)["detail"])) == event.detail


def test_an_order_that_finds_too_little_stock_leaves_nothing_behind(
    stage: "DynamoDBClient", products: DynamoProducts, orders: DynamoOrders
) -> None:
    plenty, scarce = stocked(products, 10), stocked(products, 1)
    order = order_of((plenty, 2), (scarce, 2), (new_sku(), 1))
    event = order_placed(order, new_id(), CAUSE)
    with pytest.raises(OutOfStock) as refused:
        orders.place(order, [event], "receipt-" + order.id, low)
    assert refused.value.indexes == (1, 2)
    assert orders.get(order.id) is None
    assert [products.stock(sku) for sku in (plenty, scarce)] == [Stock(plenty, 10, 0), Stock(scarce, 1, 0)]
    for partition in (f"ORD#{order.id}", f"EVENT#{event.id}", f"RECEIPT#receipt-{order.id}"):
        assert count_items(stage, partition) == 0


def test_a_receipt_places_one_order_even_if_the_stock_has_gone_since(
    products: DynamoProducts, orders: DynamoOrders
) -> None:
    sku, receipt = stocked(products, 1), new_id()
    first = order_of((sku, 1))
    place(orders, first, receipt)
    with pytest.raises(PlacedBefore) as before:
        place(orders, order_of((sku, 1)), receipt)
    assert before.value.order_id == first.id
    assert products.stock(sku) == Stock(sku, available=0, reserved=1)


def test_an_id_met_twice_is_no_refusal_of_the_domain(products: DynamoProducts, orders: DynamoOrders) -> None:
    order = order_of((stocked(products, 5), 1))
    place(orders, order)
    with pytest.raises(Refused):
        place(orders, order)


def test_buyers_who_race_for_the_last_pieces_get_just_those(products: DynamoProducts, orders: DynamoOrders) -> None:
    sku, other = stocked(products, 10), stocked(products, 100)

    def buy(_buyer: int) -> bool:
        try:
            place(orders, order_of((sku, 1), (other, 1)))
        except OutOfStock:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        bought = list(crowd.map(buy, range(24)))
    assert sum(bought) == 10
    assert products.stock(sku) == Stock(sku, available=0, reserved=10)
    assert products.stock(other) == Stock(other, available=90, reserved=10)


def test_a_product_that_becomes_low_is_told_of_once_and_together_with_the_order(
    stage: "DynamoDBClient", products: DynamoProducts, orders: DynamoOrders
) -> None:
    plenty, scarce, few = stocked(products, 50), stocked(products, 12), stocked(products, 3)
    place(orders, order_of((plenty, 2), (scarce, 2), (few, 1)))
    assert [told_low(stage, sku) for sku in (plenty, scarce, few)] == [[], [], []]
    place(orders, order_of((plenty, 2), (scarce, 2), (few, 1)))
    place(orders, order_of((plenty, 2), (scarce, 2), (few, 1)))
    assert [told_low(stage, sku) for sku in (plenty, scarce, few)] == [[], [8], []]
    assert [products.stock(sku) for sku in (plenty, scarce, few)] == [
        Stock(plenty, 44, 6),
        Stock(scarce, 6, 6),
        Stock(few, 0, 3),
    ]


def test_a_largest_order_that_makes_all_its_products_low_fits_one_transaction(
    stage: "DynamoDBClient", products: DynamoProducts, orders: DynamoOrders
) -> None:
    skus = [stocked(products, 10) for _ in range(limits.MAX_LINES)]
    order = replace(order_of(*((sku, 1) for sku in skus)), owner=partner("acme"))
    orders.place(order, [order_placed(order, new_id(), CAUSE), order_confirmed(order, new_id(), CAUSE)], new_id(), low)
    assert [told_low(stage, sku) for sku in skus] == [[9]] * limits.MAX_LINES


def test_an_order_that_would_make_something_low_but_finds_too_little_of_another_tells_nothing(
    stage: "DynamoDBClient", products: DynamoProducts, orders: DynamoOrders
) -> None:
    scarce, gone = stocked(products, 10), stocked(products, 0)
    with pytest.raises(OutOfStock) as refused:
        place(orders, order_of((scarce, 1), (gone, 1)))
    assert refused.value.indexes == (1,)
    assert (products.stock(scarce), told_low(stage, scarce)) == (Stock(scarce, 10, 0), [])


def test_buyers_who_race_over_the_threshold_are_told_of_once(
    stage: "DynamoDBClient", products: DynamoProducts, orders: DynamoOrders
) -> None:
    sku = stocked(products, 16)

    def buy(_buyer: int) -> bool:
        try:
            place(orders, order_of((sku, 1)))
        except Busy:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        bought = sum(crowd.map(buy, range(12)))
    assert bought > 6
    assert products.stock(sku) == Stock(sku, 16 - bought, bought)
    assert told_low(stage, sku) == [9]


def test_what_has_happened_to_an_order_stays_with_it_in_its_order(
    products: DynamoProducts, orders: DynamoOrders
) -> None:
    made = order_of((stocked(products, 5), 1))
    order = replace(made, owner=partner("acme"))
    orders.place(order, [order_placed(order, new_id(), CAUSE), order_confirmed(order, new_id(), CAUSE)], new_id(), low)
    cancel(orders, order)
    assert orders.history(order.id) == [
        Step(Happened.PLACED, NOON),
        Step(Happened.CONFIRMED, NOON),
        Step(Happened.CANCELLED, LATER, "customer"),
    ]
    assert orders.history(new_id()) == []


def test_cancelling_gives_the_stock_back_and_drops_the_reservations(
    stage: "DynamoDBClient", products: DynamoProducts, orders: DynamoOrders
) -> None:
    order = order_of((stocked(products, 5), 2), (stocked(products, 5), 1))
    place(orders, order)
    assert count_items(stage, f"ORD#{order.id}") == 6
    cancelled, event = cancel(orders, order)
    assert noted(stage, event) == json.loads(json.dumps(event.detail))
    assert orders.get(order.id) == cancelled
    assert count_items(stage, f"ORD#{order.id}") == 5
    assert [products.stock(line.sku) for line in order.lines] == [Stock(line.sku, 5, 0) for line in order.lines]


def test_two_who_cancel_at_once_give_the_stock_back_once(products: DynamoProducts, orders: DynamoOrders) -> None:
    order = order_of((stocked(products, 5), 2))
    place(orders, order)

    def cancelled(_who: int) -> bool:
        try:
            cancel(orders, order)
        except Busy:
            return False
        return True

    with ThreadPoolExecutor(4) as crowd:
        assert sum(crowd.map(cancelled, range(4))) == 1
    assert products.stock(order.lines[0].sku) == Stock(order.lines[0].sku, 5, 0)


def test_stock_that_does_not_add_up_is_our_mistake(
    stage: "DynamoDBClient", products: DynamoProducts, orders: DynamoOrders
) -> None:
    order = order_of((stocked(products, 5), 2))
    place(orders, order)
    stage.delete_item(TableName=TABLE, Key=typed({"PK": f"PROD#{order.lines[0].sku}", "SK": "STOCK"}))
    with pytest.raises(Refused):
        cancel(orders, order)
    assert orders.get(order.id) == order


def test_a_customers_orders_are_listed_newest_first_page_by_page(
    products: DynamoProducts, orders: DynamoOrders
) -> None:
    sku, customer = stocked(products, 50), new_id()
    salt = new_id()[10:]
    made: Sequence[Order] = [
        replace(order_of((sku, 1), customer=customer), id=f"01JDA7C0R{number}{salt}") for number in range(5)
    ]
    for order in made:
        place(orders, order)
    place(orders, order_of((sku, 1), customer="ben"))
    first = orders.of_customer(customer, OrdersWanted(), 3, None)
    second = orders.of_customer(customer, OrdersWanted(), 3, first.next)
    assert [summary.id for summary in (*first.items, *second.items)] == [order.id for order in reversed(made)]
    assert second.next is None


def placed_at(products: DynamoProducts, orders: DynamoOrders, customer: str, *moments: datetime) -> list[str]:
    """Place an order at each of the moments; their numbers."""
    sku, ids = stocked(products, 50), []
    for moment in moments:
        number = ulid(int(moment.timestamp() * 1000), os.urandom(10))
        place(orders, replace(order_of((sku, 1), customer=customer), id=number, placed_at=moment))
        ids.append(number)
    return ids


NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
MINUTES = [NOVEMBER + timedelta(minutes=minute) for minute in range(4)]


@pytest.mark.parametrize(
    ("since", "before", "found"),
    [
        (None, None, [3, 2, 1, 0]),
        (MINUTES[1], None, [3, 2, 1]),
        (MINUTES[1] + timedelta(milliseconds=1), None, [3, 2]),
        (None, MINUTES[2], [1, 0]),
        (MINUTES[1], MINUTES[3], [2, 1]),
        (MINUTES[2], MINUTES[2], []),
        (MINUTES[3], MINUTES[0], []),
        (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), [3, 2, 1, 0]),
        (datetime(1969, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, tzinfo=UTC), []),
    ],
)
def test_orders_of_a_range_of_time_are_found(
    products: DynamoProducts,
    orders: DynamoOrders,
    since: datetime | None,
    before: datetime | None,
    found: list[int],
) -> None:
    customer = new_id()
    ids = placed_at(products, orders, customer, *MINUTES)
    page = orders.of_customer(customer, OrdersWanted(None, since, before), 10, None)
    assert [summary.id for summary in page.items] == [ids[number] for number in found]


def test_orders_of_one_status_are_found_page_by_page(products: DynamoProducts, orders: DynamoOrders) -> None:
    customer = new_id()
    ids = placed_at(products, orders, customer, *MINUTES)
    order = orders.get(ids[2])
    assert order
    cancel(orders, order)
    wanted, after, seen = OrdersWanted(OrderStatus.CANCELLED), None, []
    for _ in range(5):
        page = orders.of_customer(customer, wanted, 1, after)
        seen += [summary.id for summary in page.items]
        after = page.next
        if after is None:
            break
    assert (seen, after) == ([ids[2]], None)


def test_the_oldest_unsettled_orders_of_each_part_are_seen_first(stage: "DynamoDBClient", orders: DynamoOrders) -> None:
    """A part shows a page of them at a time: whoever began with the newest would never reach those that are overdue."""
    waited = [NOON - timedelta(days=9_000, minutes=-late) for late in range(limits.PAGE_SIZE + 5)]
    for shard in ("0", "7"):
        for placed_at in reversed(waited):
            one = replace(unpaid(), id=new_id(), placed_at=placed_at)
            stage.put_item(TableName=TABLE, Item=typed({**from_order(one), "sweep_shard": shard}))
    found = orders.unsettled(OrderStatus.PAYMENT_PENDING, waited[-1] + timedelta(days=1))
    assert [each.placed_at for each in found] == waited[: limits.PAGE_SIZE] * 2
