"""What is done with what carriers tell."""

from dataclasses import dataclass

import pytest

from api.domain.errors import Busy, ParcelMissing, ScanReused
from api.domain.model import Order, OrderStatus
from api.domain.scanning import Heard, Scanning
from api.domain.shipment import ShipmentStatus
from tests.unit.api.domain.examples import CAUSE, LATER, ORDER_ID, OrdersInMemory, ids, order
from tests.unit.api.domain.parcels import ParcelsInMemory, packed, scan

CARRIER = "northway"


def sent(busy: int = 0) -> tuple[OrdersInMemory, Scanning]:
    """One order with a parcel, and what hears of it."""
    orders = OrdersInMemory({ORDER_ID: packed(order())})
    return orders, Scanning(ParcelsInMemory(orders, busy), orders, lambda: LATER, ids("e1", "e2", "e3", "e4"))


def kinds(orders: OrdersInMemory) -> list[str]:
    return [event.kind for event in orders.events]


def test_a_parcel_is_dispatched_and_delivered_and_others_hear_of_it() -> None:
    orders, scanning = sent()
    for number, status in enumerate(
        (ShipmentStatus.DISPATCHED, ShipmentStatus.IN_TRANSIT, ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED)
    ):
        heard = scanning.hear(CARRIER, scan(status, f"scan-{number:04}"), CAUSE)
        assert heard.shipment.status is status
        assert (heard.dispatched, heard.delivered) == (number == 0, status is ShipmentStatus.DELIVERED)
    assert kinds(orders) == ["ShipmentDispatched", "ShipmentDelivered"]
    assert {event.cause.correlation_id for event in orders.events} == {CAUSE.correlation_id}
    assert orders.orders[ORDER_ID].status is OrderStatus.DELIVERED


def test_a_word_of_its_arrival_alone_says_that_it_has_left_too() -> None:
    orders, scanning = sent()
    heard = scanning.hear(CARRIER, scan(ShipmentStatus.DELIVERED), CAUSE)
    assert (heard.dispatched, heard.delivered) == (True, True)
    assert kinds(orders) == ["ShipmentDispatched", "ShipmentDelivered"]


def test_a_scan_that_comes_late_or_again_moves_nothing() -> None:
    orders, scanning = sent()
    scanning.hear(CARRIER, scan(ShipmentStatus.IN_TRANSIT), CAUSE)
    again = scanning.hear(CARRIER, scan(ShipmentStatus.IN_TRANSIT), CAUSE)
    late = scanning.hear(CARRIER, scan(ShipmentStatus.DISPATCHED, "scan-0002"), CAUSE)
    assert again == late == Heard(orders.orders[ORDER_ID].shipments[0])
    assert late.shipment.status is ShipmentStatus.IN_TRANSIT
    assert kinds(orders) == ["ShipmentDispatched"]
    assert orders.orders[ORDER_ID].version == 2


def test_a_scan_s_id_is_good_for_one_word() -> None:
    _, scanning = sent()
    scanning.hear(CARRIER, scan(ShipmentStatus.DISPATCHED), CAUSE)
    with pytest.raises(ScanReused):
        scanning.hear(CARRIER, scan(ShipmentStatus.DELIVERED), CAUSE)


def test_a_parcel_is_its_carrier_s_alone() -> None:
    orders, scanning = sent()
    with pytest.raises(ParcelMissing):
        scanning.hear("swiftline", scan(ShipmentStatus.DISPATCHED), CAUSE)
    with pytest.raises(ParcelMissing):
        scanning.hear(CARRIER, scan(ShipmentStatus.DISPATCHED, number="NW00000000"), CAUSE)
    assert orders.events == []


def test_an_order_that_others_change_at_that_moment_is_looked_at_again_a_few_times() -> None:
    orders, scanning = sent(busy=2)
    assert scanning.hear(CARRIER, scan(ShipmentStatus.DISPATCHED), CAUSE).shipment.status is ShipmentStatus.DISPATCHED
    assert kinds(orders) == ["ShipmentDispatched"]
    _, always_busy = sent(busy=3)
    with pytest.raises(Busy):
        always_busy.hear(CARRIER, scan(ShipmentStatus.DISPATCHED), CAUSE)


def test_of_a_scan_that_is_told_twice_at_once_the_slower_sees_what_the_faster_did() -> None:
    orders = OrdersInMemory({ORDER_ID: packed(order())})
    parcels = ParcelsInMemory(orders)
    faster = Scanning(parcels, orders, lambda: LATER, ids("e1", "e2"))
    told = scan(ShipmentStatus.DISPATCHED)

    @dataclass
    class Overtaken(OrdersInMemory):
        """Somebody else's scan is kept right after the order was read."""

        def get(self, order_id: str) -> Order | None:
            found = orders.get(order_id)
            faster.hear(CARRIER, told, CAUSE)
            return found

    slower = Scanning(parcels, Overtaken(), lambda: LATER, ids("e3", "e4"))
    assert slower.hear(CARRIER, told, CAUSE) == Heard(orders.orders[ORDER_ID].shipments[0])
    assert kinds(orders) == ["ShipmentDispatched"]
