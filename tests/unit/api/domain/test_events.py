"""Events are what contracts/events/ promises, and what is read of those that were heard."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft4Validator, ValidationError

from api.domain import rules, shipping
from api.domain.carriers import NORTHWAY
from api.domain.errors import EventUnreadable
from api.domain.events import (
    Cause,
    Event,
    customer_erased,
    customer_of,
    customer_registered,
    is_partners,
    order_cancelled,
    order_confirmed,
    order_of,
    order_placed,
    received,
    shipment_delivered,
    shipment_dispatched,
)
from api.domain.instants import written
from api.domain.owner import partner
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, LATER, NOON, ORDER_ID, order
from tests.unit.api.domain.happened import made, of_orders
from tests.unit.api.domain.parcels import delivered

EVENTS = Path(__file__).parents[4] / "contracts/events"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def schema(kind: str) -> Any:
    return json.loads((EVENTS / f"{kind}.schema.json").read_text())


def test_order_placed_says_what_happened_and_why() -> None:
    assert order_placed(order(), EVENT_ID, CAUSE) == Event(
        EVENT_ID,
        "OrderPlaced",
        {
            "metadata": {
                "event_id": EVENT_ID,
                "occurred_at": "2026-11-23T12:00:00.000Z",
                "correlation_id": CAUSE.correlation_id,
                "causation_id": "request-1",
                "schema_version": 1,
            },
            "data": {
                "order_id": ORDER_ID,
                "customer_id": "ann",
                "lines": [
                    {"sku": "TEA-100", "quantity": 2, "unit_price": {"amount": 890, "currency": "EUR"}},
                    {"sku": "MUG-1", "quantity": 1, "unit_price": {"amount": 300, "currency": "EUR"}},
                ],
                "total": {"amount": 2080, "currency": "EUR"},
                "placed_at": "2026-11-23T12:00:00.000Z",
            },
        },
    )


@pytest.mark.parametrize(
    "event",
    [
        order_placed(order(owner=partner("acme")), EVENT_ID, CAUSE),
        order_confirmed(order(owner=partner("acme")), EVENT_ID, CAUSE),
        order_cancelled(rules.cancel(order(owner=partner("acme")), LATER), "customer", EVENT_ID, CAUSE),
        shipment_dispatched(
            (of_acme := delivered(order(owner=partner("acme")))).order, of_acme.shipment, EVENT_ID, CAUSE
        ),
        shipment_delivered(of_acme.order, of_acme.shipment, EVENT_ID, CAUSE),
    ],
    ids=lambda event: event.kind,
)
def test_an_event_of_a_partners_order_says_whose_it_is_and_keeps_the_promise(event: Event) -> None:
    assert (event.data["customer_id"], event.data["partner_id"]) == ("acme", "acme")
    assert is_partners(event)
    Draft4Validator(schema(event.kind)).validate(event.detail)


def test_an_event_of_a_customers_order_names_no_partner() -> None:
    assert not is_partners(order_placed(order(), EVENT_ID, CAUSE))


def test_nothing_is_told_of_a_parcel_that_has_not_left() -> None:
    parcel = shipping.requested(ORDER_ID, NORTHWAY, NOON)
    for tell in (shipment_dispatched, shipment_delivered):
        with pytest.raises(ValueError, match=parcel.tracking_number):
            tell(order(), parcel, EVENT_ID, CAUSE)


@pytest.mark.parametrize("tell", [shipment_dispatched, shipment_delivered])
def test_a_parcels_event_happened_when_it_was_heard_of_and_tells_the_carriers_time(tell: Any) -> None:
    happened, heard = NOON - timedelta(hours=1), LATER
    parcel = shipping.requested(ORDER_ID, NORTHWAY, NOON)
    parcel = replace(parcel, dispatched_at=happened, delivered_at=happened, updated_at=heard)
    detail = tell(order(), parcel, EVENT_ID, CAUSE).detail
    told = {name: at for name, at in detail["data"].items() if name in ("dispatched_at", "delivered_at")}
    assert (detail["metadata"]["occurred_at"], *told.values()) == (written(heard), written(happened))


@pytest.mark.parametrize("traceparent", [None, TRACE])
def test_every_event_keeps_its_promise(traceparent: str | None) -> None:
    cause = Cause(CAUSE.correlation_id, CAUSE.causation_id, traceparent)
    for kind, event in made(cause).items():
        Draft4Validator(schema(kind)).validate(event.detail)


def test_every_promise_is_of_an_event_that_there_is() -> None:
    assert {path.name.removesuffix(".schema.json") for path in EVENTS.iterdir()} == set(made(CAUSE))


def test_the_promise_can_be_broken() -> None:
    detail = json.loads(json.dumps(order_placed(order(), EVENT_ID, CAUSE).detail))
    detail["data"]["amount"] = detail["data"].pop("total")
    with pytest.raises(ValidationError):
        Draft4Validator(schema("OrderPlaced")).validate(detail)


@pytest.mark.parametrize("traceparent", [None, TRACE])
def test_what_was_heard_is_what_was_told(traceparent: str | None) -> None:
    cause = Cause(CAUSE.correlation_id, CAUSE.causation_id, traceparent)
    for kind, event in made(cause).items():
        heard = received(kind, json.loads(json.dumps(event.detail)))
        assert heard == event
        assert heard.cause == Cause(CAUSE.correlation_id, EVENT_ID, traceparent)
        assert (kind in of_orders(cause)) is ("order_id" in heard.data)
    for event in of_orders(cause).values():
        assert order_of(event) == ORDER_ID


def test_an_event_that_concerns_nobody_has_no_customer() -> None:
    events = made(CAUSE)
    assert customer_of(events["OrderCancelled"]) == "ann"
    with pytest.raises(EventUnreadable, match="customer_id"):
        customer_of(events["ShipmentRequested"])


names = st.sampled_from(["metadata", "event_id"]) | st.text()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(names, inner),
)


@given(json_values)
@settings(max_examples=40)
def test_what_is_no_event_is_unreadable_and_nothing_worse(detail: Any) -> None:
    with pytest.raises(EventUnreadable):
        received("OrderPlaced", detail)


@given(st.sampled_from(["event_id", "correlation_id", "schema_version"]), json_values)
@settings(max_examples=40)
def test_metadata_of_another_form_is_unreadable(name: str, value: Any) -> None:
    detail = json.loads(json.dumps(order_placed(order(), EVENT_ID, CAUSE).detail))
    detail["metadata"][name] = value
    if (isinstance(value, str) and value and name != "schema_version") or (name == "schema_version" and value == 1):
        received("OrderPlaced", detail)
        return
    with pytest.raises(EventUnreadable):
        received("OrderPlaced", detail)


def test_events_about_customers_name_a_number_alone() -> None:
    for make, moment in ((customer_registered, "registered_at"), (customer_erased, "erased_at")):
        assert make("ann", NOON, EVENT_ID, CAUSE).data == {"customer_id": "ann", moment: "2026-11-23T12:00:00.000Z"}
