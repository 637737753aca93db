"""Parcels in DynamoDB, against the emulator: all or nothing, and kept as they were told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.adapters import items, keys, shipment_items
from api.adapters.attributes import plain, typed
from api.adapters.orders import DynamoOrders
from api.adapters.parcels import DynamoParcels
from api.adapters.shipment_requests import DynamoShipmentRequests
from api.adapters.sources import new_id
from api.adapters.transactions import Refused
from api.domain import limits, shipping
from api.domain.carriers import CARRIERS, NORTHWAY
from api.domain.errors import Busy, ScanReused
from api.domain.events import Json, order_confirmed, shipment_delivered, shipment_dispatched, shipment_requested
from api.domain.model import Order, OrderLine, OrderStatus
from api.domain.money import Money
from api.domain.shipment import Scan, Shipment, ShipmentStatus
from tests.support.dynamodb import TABLE, count_items, new_sku
from tests.unit.api.domain.examples import ANN, CAUSE, LATER, NOON

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


moments = st.integers(0, 4_000_000_000_000).map(lambda ms: datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms))
shipments = st.builds(
    Shipment,
    place=st.integers(1, 20),
    carrier=st.sampled_from(sorted(CARRIERS)),
    tracking_number=st.from_regex(limits.TRACKING_NUMBER, fullmatch=True),
    status=st.sampled_from(ShipmentStatus),
    version=st.integers(1, 10**6),
    requested_at=moments,
    updated_at=moments,
    dispatched_at=st.none() | moments,
    delivered_at=st.none() | moments,
)


@given(shipments)
def test_a_parcel_is_read_as_it_was_kept(shipment: Shipment) -> None:
    item = shipment_items.from_shipment("01JDA7C0R00000000000000001", shipment)
    assert shipment_items.to_shipment(plain(typed(item))) == shipment


@pytest.fixture
def parcels(stage: "DynamoDBClient") -> DynamoParcels:
    return DynamoParcels(stage, TABLE)


def kept(client: "DynamoDBClient", lines: int = 1, quantity: int = 2) -> Order:
    """A confirmed order with a parcel and its reserved stock, in the table."""
    ordered = tuple(OrderLine(new_sku(), "Earl Grey", quantity, Money(890, "EUR")) for _ in range(lines))
    order = Order(new_id(), ANN, OrderStatus.CONFIRMED, ordered, version=1, placed_at=NOON, updated_at=NOON)
    stocks: list[dict[str, Json]] = [
        {**keys.stock(line.sku), "sku": line.sku, "available": 5, "reserved": line.quantity, "version": 1}
        for line in order.lines
    ]
    written = [
        items.from_order(order),
        *(items.from_line(order, number, line) for number, line in enumerate(order.lines, start=1)),
        *(items.from_reservation(order, line) for line in order.lines),
        *stocks,
    ]
    for item in written:
        client.put_item(TableName=TABLE, Item=typed(item))
    confirmed, shipment = order_confirmed(order, new_id(), CAUSE), shipping.requested(order.id, NORTHWAY, NOON)
    follows = shipment_requested(order.id, shipment, confirmed.data["lines"], new_id(), CAUSE)
    assert DynamoShipmentRequests(client, TABLE, "fulfilment").request(confirmed, order.id, shipment, follows)
    found = DynamoOrders(client, TABLE).get(order.id)
    assert found is not None
    assert found.shipments == (shipment,)
    return found


def told(order: Order, status: ShipmentStatus = ShipmentStatus.DELIVERED, scan_id: str = "scan-0001") -> Scan:
    return Scan(scan_id, order.shipments[0].tracking_number, status, LATER)


def keep(parcels: DynamoParcels, order: Order, scan: Scan) -> bool:
    move = shipping.moved(order, scan, LATER)
    tell = (shipment_dispatched, shipment_delivered) if move and move.dispatched and move.delivered else ()
    events = [each(move.order, move.shipment, new_id(), CAUSE) for each in tell] if move else []
    return parcels.keep(order, scan, move, events, LATER)


@pytest.mark.emulator
def test_the_largest_order_leaves_in_one_transaction(stage: "DynamoDBClient", parcels: DynamoParcels) -> None:
    order = kept(stage, limits.MAX_LINES)
    assert keep(parcels, order, told(order))
    found = DynamoOrders(stage, TABLE).get(order.id)
    assert found is not None
    assert (found.status, found.version, found.shipments[0].status) == (OrderStatus.DELIVERED, 2, "DELIVERED")
    assert found.shipments[0].dispatched_at == found.shipments[0].delivered_at == LATER
    stocks = [plain(stage.get_item(TableName=TABLE, Key=typed(keys.stock(line.sku)))["Item"]) for line in order.lines]
    assert {(stock["available"], stock["reserved"]) for stock in stocks} == {(5, 0)}
    happened = [step.happened for step in DynamoOrders(stage, TABLE).history(order.id)]
    assert happened == ["SHIPMENT_REQUESTED", "DISPATCHED", "DELIVERED"]


@pytest.mark.emulator
def test_a_parcel_is_found_by_its_carrier_and_number(stage: "DynamoDBClient", parcels: DynamoParcels) -> None:
    order = kept(stage)
    number = order.shipments[0].tracking_number
    assert parcels.order_of("northway", number) == order.id
    assert parcels.order_of("swiftline", number) is None
    assert parcels.order_of("northway", number[:-1]) is None


@pytest.mark.emulator
def test_an_order_that_has_changed_meanwhile_is_told_and_nothing_is_kept(
    stage: "DynamoDBClient", parcels: DynamoParcels
) -> None:
    order = kept(stage)
    DynamoOrders(stage, TABLE).change(replace(order, version=2, updated_at=LATER), [])
    before = count_items(stage, f"ORD#{order.id}")
    with pytest.raises(Busy):
        keep(parcels, order, told(order))
    assert count_items(stage, f"ORD#{order.id}") == before


@pytest.mark.emulator
def test_a_scan_is_kept_once_and_its_id_is_for_no_other(stage: "DynamoDBClient", parcels: DynamoParcels) -> None:
    order = kept(stage)
    assert keep(parcels, order, told(order))
    assert not keep(parcels, order, told(order))
    with pytest.raises(ScanReused):
        keep(parcels, order, told(order, ShipmentStatus.RETURNED))


@pytest.mark.emulator
def test_stock_that_is_not_there_is_no_rule_of_the_domain(stage: "DynamoDBClient", parcels: DynamoParcels) -> None:
    order = kept(stage)
    stage.delete_item(TableName=TABLE, Key=typed(keys.stock(order.lines[0].sku)))
    with pytest.raises(Refused):
        keep(parcels, order, told(order))
    found = DynamoOrders(stage, TABLE).get(order.id)
    assert found is not None
    assert found.status is OrderStatus.CONFIRMED


@pytest.mark.emulator
def test_an_event_s_id_met_twice_is_no_rule_of_the_domain(stage: "DynamoDBClient") -> None:
    order = kept(stage)
    confirmed, shipment = order_confirmed(order, new_id(), CAUSE), shipping.requested(order.id, NORTHWAY, NOON)
    follows = shipment_requested(order.id, shipment, confirmed.data["lines"], new_id(), CAUSE)
    with pytest.raises(Refused):  # its parcel is there
        DynamoShipmentRequests(stage, TABLE, "fulfilment").request(confirmed, order.id, shipment, follows)
