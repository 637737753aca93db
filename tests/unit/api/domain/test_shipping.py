"""How orders and their parcels move together, whatever comes in whatever order."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain import rules, shipping
from api.domain.carriers import CARRIERS, NORTHWAY, SWIFTLINE
from api.domain.errors import ImpossibleTime, OrderAlreadyCancelled, OrderShipped, ParcelMissing
from api.domain.limits import TRACKING_NUMBER
from api.domain.model import Order, OrderStatus
from api.domain.shipment import ShipmentStatus
from api.domain.shipping import CLOCKS_DIFFER, Move
from tests.unit.api.domain.examples import LATER, NOON, ORDER_ID, order
from tests.unit.api.domain.parcels import NUMBER, packed, scan

MOMENT = timedelta(milliseconds=1)
TOLD = [status for status in ShipmentStatus if status is not ShipmentStatus.REQUESTED]


def after(*statuses: ShipmentStatus) -> tuple[Order, list[Move]]:
    """An order after these scans of its parcel, and what each moved."""
    now, moves = packed(order()), []
    for number, status in enumerate(statuses):
        move = shipping.moved(now, scan(status, f"scan-{number:04}"), LATER)
        if move is not None:
            moves.append(move)
            now = move.order
    return now, moves


def test_a_parcel_s_number_follows_from_its_order_and_its_carrier() -> None:
    parcel = shipping.requested(ORDER_ID, NORTHWAY, NOON)
    assert parcel.tracking_number == f"NW{ORDER_ID}01" == NUMBER
    numbers = {each.tracking_number(ORDER_ID, place) for each in CARRIERS.values() for place in (1, 2, 20)}
    assert len(numbers) == 6
    for number in numbers:
        assert re.fullmatch(TRACKING_NUMBER, number)


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        (ShipmentStatus.DISPATCHED, OrderStatus.SHIPPED),
        (ShipmentStatus.IN_TRANSIT, OrderStatus.SHIPPED),
        (ShipmentStatus.DELIVERED, OrderStatus.DELIVERED),
        (ShipmentStatus.RETURNED, OrderStatus.SHIPPED),
    ],
)
def test_the_first_word_of_a_parcel_says_that_the_order_has_left(status: ShipmentStatus, becomes: OrderStatus) -> None:
    changed, (move,) = after(status)
    (parcel,) = changed.shipments
    assert (changed.status, changed.version, changed.updated_at) == (becomes, 2, LATER)
    assert (parcel, parcel.status, parcel.version, parcel.dispatched_at) == (move.shipment, status, 2, LATER)
    assert (move.dispatched, move.delivered) == (True, status is ShipmentStatus.DELIVERED)
    assert parcel.delivered_at == (LATER if move.delivered else None)


@given(st.permutations(TOLD), st.integers(1, len(TOLD)))
def test_in_whatever_order_scans_come_the_parcel_is_as_far_as_the_farthest_of_them(
    told: list[ShipmentStatus], count: int
) -> None:
    changed, _ = after(*told[:count])
    (parcel,) = changed.shipments
    assert parcel.status is max(told[:count], key=lambda status: status.place)


@given(st.lists(st.sampled_from(TOLD), max_size=12))
def test_no_scan_takes_a_parcel_or_its_order_back(told: list[ShipmentStatus]) -> None:
    changed, moves = after(*told)
    places = [move.shipment.status.place for move in moves]
    assert places == sorted(places)
    assert len(places) <= len(TOLD)  # each is told once, of whatever else is told again
    statuses = [move.order.status for move in moves]
    assert statuses == sorted(statuses, key=[OrderStatus.SHIPPED, OrderStatus.DELIVERED].index)
    assert changed.version == 1 + len(moves)
    assert [move.dispatched for move in moves] == [True, *(False for _ in moves[1:])][: len(moves)]
    assert sum(move.delivered for move in moves) <= 1


def test_what_comes_back_was_delivered_nevertheless() -> None:
    changed, _ = after(ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED)
    assert changed.status is OrderStatus.DELIVERED
    assert changed.shipments[0].status is ShipmentStatus.RETURNED


def test_what_is_told_of_as_delivered_after_it_came_back_was_delivered_too() -> None:
    changed, moves = after(ShipmentStatus.DISPATCHED, ShipmentStatus.RETURNED, ShipmentStatus.DELIVERED)
    (parcel,) = changed.shipments
    assert (changed.status, parcel.status) == (OrderStatus.DELIVERED, ShipmentStatus.RETURNED)
    assert parcel.delivered_at == LATER
    assert [move.delivered for move in moves] == [False, False, True]
    again, more = after(*[ShipmentStatus.RETURNED, *[ShipmentStatus.DELIVERED] * 3])
    assert (again.status, [move.delivered for move in more]) == (OrderStatus.DELIVERED, [False, True])


def test_an_order_of_two_parcels_is_delivered_when_both_are() -> None:
    second = replace(packed(order()).shipments[0], place=2, tracking_number=NORTHWAY.tracking_number(ORDER_ID, 2))
    both = replace(packed(order()), shipments=(*packed(order()).shipments, second))
    first = shipping.moved(both, scan(ShipmentStatus.DELIVERED), LATER)
    assert first is not None
    assert (first.order.status, first.order.shipments[1]) == (OrderStatus.SHIPPED, second)
    last = shipping.moved(first.order, scan(ShipmentStatus.DELIVERED, number=second.tracking_number), LATER)
    assert last is not None
    assert last.order.status is OrderStatus.DELIVERED


@pytest.mark.parametrize("ended", [OrderStatus.CANCELLED, OrderStatus.PAYMENT_FAILED])
def test_a_parcel_of_an_order_that_is_not_to_be_sent_does_not_move(ended: OrderStatus) -> None:
    with pytest.raises(OrderAlreadyCancelled):
        shipping.moved(replace(packed(order()), status=ended), scan(ShipmentStatus.DISPATCHED), LATER)


def test_an_order_without_such_a_parcel_says_so() -> None:
    with pytest.raises(ParcelMissing):
        shipping.moved(order(), scan(ShipmentStatus.DISPATCHED), LATER)
    with pytest.raises(ParcelMissing):
        shipping.parcel(packed(order()), SWIFTLINE.tracking_number(ORDER_ID, 1))


def test_a_carrier_s_clock_may_be_ahead_but_not_by_much() -> None:
    ahead = LATER + CLOCKS_DIFFER
    assert shipping.moved(packed(order()), scan(ShipmentStatus.DISPATCHED, at=ahead), LATER)
    with pytest.raises(ImpossibleTime):
        shipping.moved(packed(order()), scan(ShipmentStatus.DISPATCHED, at=ahead + timedelta(seconds=1)), LATER)


@pytest.mark.parametrize("status", TOLD)
def test_nothing_is_scanned_before_its_order_was_placed_but_a_clock_may_be_behind(status: ShipmentStatus) -> None:
    behind = NOON - CLOCKS_DIFFER
    assert shipping.moved(packed(order()), scan(status, at=behind), LATER)
    with pytest.raises(ImpossibleTime, match="placed later"):
        shipping.moved(packed(order()), scan(status, at=behind - MOMENT), LATER)


@pytest.mark.parametrize("seen", [ShipmentStatus.DISPATCHED, ShipmentStatus.IN_TRANSIT])
def test_nothing_arrives_before_it_has_left_but_two_clocks_may_differ(seen: ShipmentStatus) -> None:
    left, _ = after(seen)
    arrived = LATER - CLOCKS_DIFFER
    assert shipping.moved(left, scan(ShipmentStatus.DELIVERED, at=arrived), LATER)
    with pytest.raises(ImpossibleTime, match="leave later"):
        shipping.moved(left, scan(ShipmentStatus.DELIVERED, at=arrived - MOMENT), LATER)
    assert shipping.moved(left, scan(ShipmentStatus.RETURNED, at=arrived - MOMENT), LATER)


def test_an_arrival_that_is_told_after_the_return_may_be_the_first_that_was_seen_of_a_parcel() -> None:
    back, _ = after(ShipmentStatus.RETURNED)
    arrived = NOON + MOMENT
    move = shipping.moved(back, scan(ShipmentStatus.DELIVERED, at=arrived), LATER)
    assert move is not None
    assert (move.shipment.dispatched_at, move.shipment.delivered_at) == (arrived, arrived)
    assert (move.shipment.status, move.order.status) == (ShipmentStatus.RETURNED, OrderStatus.DELIVERED)


@given(st.lists(st.tuples(st.sampled_from(TOLD), st.integers(-60 * 24, 60 * 24)), max_size=8))
def test_no_parcel_is_shown_to_arrive_long_before_it_left(told: list[tuple[ShipmentStatus, int]]) -> None:
    now = packed(order())
    for number, (status, minutes) in enumerate(told):
        with suppress(ImpossibleTime):
            move = shipping.moved(now, scan(status, f"scan-{number:04}", LATER + timedelta(minutes=minutes)), LATER)
            now = now if move is None else move.order
    (parcel,) = now.shipments
    if parcel.dispatched_at is not None:
        assert NOON - CLOCKS_DIFFER <= parcel.dispatched_at <= LATER + CLOCKS_DIFFER
        assert parcel.delivered_at is None or parcel.delivered_at >= parcel.dispatched_at - CLOCKS_DIFFER


@pytest.mark.parametrize("status", TOLD)
def test_what_has_left_can_not_be_cancelled(status: ShipmentStatus) -> None:
    changed, _ = after(status)
    with pytest.raises(OrderShipped):
        rules.cancel(changed, LATER)


def test_what_was_only_asked_for_can_be_cancelled() -> None:
    assert rules.cancel(packed(order()), LATER).status is OrderStatus.CANCELLED
