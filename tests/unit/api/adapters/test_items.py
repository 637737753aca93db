"""Domain objects come back from their items as they went in."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from api.adapters import items, keys
from api.adapters.attributes import plain, typed
from api.domain import limits
from api.domain.events import order_placed
from api.domain.model import Order, OrderLine, OrderReference, OrderStatus, OrderSummary, Product, ProductDetails
from api.domain.money import CURRENCIES, Money
from api.domain.owner import partner
from tests.unit.api.domain.examples import ANN, CAUSE, EVENT_ID, NOON, ORDER_ID, order, product

moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the time zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))
skus = st.integers(0, 99).map("TEA-{}".format)
prices = st.builds(Money, st.integers(0, limits.MAX_PRICE), st.sampled_from(sorted(CURRENCIES)))
products = st.builds(
    Product,
    skus,
    st.builds(ProductDetails, st.text(min_size=1, max_size=120), st.text(max_size=200), st.just("tea"), prices),
    st.integers(1, 10**9),
    moments,
    moments,
)
orders = st.builds(
    Order,
    st.integers(0, 9).map("01JDA7C0R0000000000000000{}".format),
    st.sampled_from([ANN, partner("acme")]),
    st.sampled_from(OrderStatus),
    st.lists(
        st.builds(
            OrderLine,
            skus,
            st.text(min_size=1, max_size=5),
            st.integers(1, limits.MAX_QUANTITY),
            st.builds(Money, st.integers(0, limits.MAX_PRICE), st.just("EUR")),
        ),
        min_size=1,
        max_size=12,
    ).map(tuple),
    st.integers(1, 10**9),
    moments,
    moments,
)


@given(products)
def test_a_product_comes_back(product: Product) -> None:
    assert items.to_product(plain(typed(items.from_product(product)))) == product


@settings(max_examples=25)
@given(orders)
def test_an_order_comes_back_from_its_lines_and_meta(order: Order) -> None:
    lines = [items.from_line(order, number, line) for number, line in enumerate(order.lines, start=1)]
    kept = sorted([*lines, items.from_order(order)], key=lambda item: str(item["SK"]))
    assert items.to_order([plain(typed(item)) for item in kept]) == order


def test_nothing_is_no_order() -> None:
    assert items.to_order([]) is None


def test_a_list_shows_what_the_order_says() -> None:
    one = order()
    assert items.to_summary(items.from_order(one)) == OrderSummary(
        one.id, one.status, 2, one.total, one.placed_at, one.updated_at
    )


def test_a_partners_list_shows_what_never_changes_of_the_order() -> None:
    one = order(owner=partner("acme"))
    item = items.from_partner_order(one)
    assert items.to_reference(item) == OrderReference(one.id, 2, one.total, one.placed_at)
    assert (item["PK"], item["SK"]) == ("PARTNER#acme", f"ORD#{one.id}")
    assert set(item).isdisjoint({"status", "updated_at", "GSI1PK"})


def test_an_item_from_before_there_were_partners_is_a_customers() -> None:
    kept: items.Item = {"entity": "ORDER", "order_id": ORDER_ID, "customer_id": "ann", "status": "CONFIRMED"}
    moments: items.Item = {
        "version": 1,
        "placed_at": "2026-11-23T12:00:00.000Z",
        "updated_at": "2026-11-23T12:00:00.000Z",
    }
    line = items.from_line(order(), 1, order().lines[0])
    found = items.to_order([line, {**kept, **moments}])
    assert found is not None
    assert found.owner == ANN


def test_every_item_names_its_entity_and_version() -> None:
    one, tea = order(), product()
    made = [
        items.from_product(tea),
        items.empty_stock(tea),
        items.from_order(one),
        items.from_line(one, 1, one.lines[0]),
        items.from_reservation(one, one.lines[0]),
        items.from_event(order_placed(one, EVENT_ID, CAUSE), NOON),
        items.from_receipt("digest", one),
        items.from_partner_order(order(owner=partner("acme"))),
    ]
    assert [item["entity"] for item in made] == [
        "PRODUCT",
        "STOCK",
        "ORDER",
        "ORDER_LINE",
        "RESERVATION",
        "EVENT",
        "RECEIPT",
        "PARTNER_ORDER",
    ]
    assert all(isinstance(item["version"], int) for item in made)


def test_an_event_waits_as_the_stream_will_carry_it() -> None:
    event = order_placed(order(), EVENT_ID, CAUSE)
    item = items.from_event(event, NOON)
    assert json.loads(str(item.pop("detail"))) == event.detail
    assert item == {
        **keys.event(EVENT_ID),
        "entity": "EVENT",
        "source": "orders.api",
        "detail_type": "OrderPlaced",
        "version": 1,
        "created_at": "2026-11-23T12:00:00.000Z",
        "expires_at": int(NOON.timestamp()) + 7 * 24 * 3600,
    }
