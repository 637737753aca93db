"""The worker `fulfilment`, with batches as Lambda hands them over and a table that is really there."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api.adapters import aws, items, keys
from api.adapters.attributes import plain, typed
from api.adapters.sources import new_id
from api.domain.carriers import NORTHWAY
from api.domain.events import Event, Json, order_confirmed
from api.domain.model import Order, OrderStatus
from tests.support.dynamodb import TABLE
from tests.support.messages import changed, deliver, envelope, record
from tests.support.outbox import events_with
from tests.unit.api.domain.examples import CAUSE, order

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator


def placed(status: OrderStatus = OrderStatus.CONFIRMED) -> Event:
    """An order that is kept with this status, and of whose confirmation nobody has heard yet."""
    kept = replace(order(status), id=new_id())
    aws.dynamodb().put_item(TableName=TABLE, Item=typed(items.from_order(kept)))
    return unheard(kept)


def unheard(of: Order) -> Event:
    return order_confirmed(of, new_id(), CAUSE)


def requested(client: "DynamoDBClient", event: Event) -> list[dict[str, Json]]:
    """The details of the shipments that an event has led to."""
    details = [detail for _, detail in events_with(client, event.id, "ShipmentRequested")]
    return [detail for detail in details if detail["metadata"]["causation_id"] == event.id]


def test_a_placed_order_leads_to_a_shipment_in_the_same_chain(stage: "DynamoDBClient") -> None:
    event = placed()
    assert deliver("fulfilment", record(envelope(event))) == []
    (detail,) = requested(stage, event)
    metadata, data = detail["metadata"], detail["data"]
    assert isinstance(metadata, dict)
    assert isinstance(data, dict)
    assert (metadata["correlation_id"], metadata["causation_id"]) == (CAUSE.correlation_id, event.id)
    assert data["order_id"] == event.data["order_id"]
    assert data["lines"] == [{"sku": "TEA-100", "quantity": 2}, {"sku": "MUG-1", "quantity": 1}]


def parcel(client: "DynamoDBClient", event: Event) -> dict[str, Json]:
    """The parcel of an order as it is kept; empty if there is none."""
    key = keys.parcel(str(event.data["order_id"]), 1)
    return plain(client.get_item(TableName=TABLE, Key=typed(key), ConsistentRead=True).get("Item", {}))


def test_the_parcel_is_kept_and_told_with_the_number_that_its_carrier_knows_it_by(stage: "DynamoDBClient") -> None:
    event = placed()
    assert deliver("fulfilment", record(envelope(event))) == []
    number = NORTHWAY.tracking_number(str(event.data["order_id"]), 1)
    (detail,) = requested(stage, event)
    told = detail["data"]
    assert isinstance(told, dict)
    assert (told["carrier"], told["tracking_number"]) == ("northway", number)
    kept = parcel(stage, event)
    assert (kept["tracking_number"], kept["status"], kept["version"]) == (number, "REQUESTED", 1)
    assert (kept["GSI1PK"], kept["GSI1SK"]) == (f"TRK#northway#{number}", "SHIP")


@pytest.mark.parametrize("status", [OrderStatus.CANCELLED, OrderStatus.PAYMENT_FAILED])
def test_an_order_that_has_been_cancelled_since_is_not_sent(stage: "DynamoDBClient", status: OrderStatus) -> None:
    event = placed(status)
    assert deliver("fulfilment", record(envelope(event))) == []
    assert (requested(stage, event), parcel(stage, event)) == ([], {})


def test_an_event_that_comes_again_leads_to_nothing_more(stage: "DynamoDBClient") -> None:
    event = placed()
    same_batch = deliver("fulfilment", record(envelope(event)), record(envelope(event)))
    later = deliver("fulfilment", record(envelope(event), attempt=2))
    assert same_batch == later == []
    assert len(requested(stage, event)) == 1


def test_only_what_failed_comes_again(stage: "DynamoDBClient") -> None:
    good, other = placed(), placed()
    poison = record("no JSON", message_id="poison")
    assert deliver("fulfilment", record(envelope(good)), poison, record(envelope(other))) == ["poison"]
    assert len(requested(stage, good)) == len(requested(stage, other)) == 1


POISON = {
    "no object": "[]",
    "no event": "{}",
    "no detail": json.dumps({"detail-type": "OrderPlaced"}),
    "another kind": envelope(Event("E", "OrderPraised", unheard(order()).detail)),
    "a newer form": envelope(changed(unheard(order()), "metadata", schema_version=2)),
    "no event id": envelope(changed(unheard(order()), "metadata", event_id=None)),
    "no correlation id": envelope(changed(unheard(order()), "metadata", correlation_id="")),
    "no order id": envelope(changed(unheard(order()), "data", order_id="../../etc")),
    "no lines": envelope(changed(unheard(order()), "data", lines=[])),
    "half a piece": envelope(changed(unheard(order()), "data", lines=[{"sku": "TEA-100", "quantity": 0}])),
    "no data": envelope(Event("E", "OrderPlaced", {"metadata": unheard(order()).detail["metadata"]})),
}


@pytest.mark.parametrize("body", POISON.values(), ids=POISON.keys())
def test_what_cannot_be_understood_fails_alone(stage: "DynamoDBClient", body: str) -> None:
    good = placed()
    assert deliver("fulfilment", record(body, message_id="poison"), record(envelope(good))) == ["poison"]
    assert len(requested(stage, good)) == 1


def test_what_a_later_form_adds_is_not_looked_at(stage: "DynamoDBClient") -> None:
    event = changed(placed(), "data", gift_note="for you")
    assert deliver("fulfilment", record(envelope(event))) == []
    assert len(requested(stage, event)) == 1
