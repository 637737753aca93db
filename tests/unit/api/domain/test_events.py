"""OrderPlaced is what contracts/events/OrderPlaced.schema.json promises."""

import json
from pathlib import Path

import pytest
from jsonschema_rs import Draft4Validator, ValidationError

from api.domain.events import Cause, Event, order_placed
from api.domain.owner import partner
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, ORDER_ID, order

SCHEMA = json.loads((Path(__file__).parents[4] / "contracts/events/OrderPlaced.schema.json").read_text())
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


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


def test_a_partners_order_says_whose_it_is_and_keeps_the_promise() -> None:
    event = order_placed(order(owner=partner("acme")), EVENT_ID, CAUSE)
    data = json.loads(json.dumps(event.detail))["data"]
    assert (data["customer_id"], data["partner_id"]) == ("acme", "acme")
    Draft4Validator(SCHEMA).validate(event.detail)


@pytest.mark.parametrize("traceparent", [None, TRACE])
def test_order_placed_keeps_its_promise(traceparent: str | None) -> None:
    cause = Cause(CAUSE.correlation_id, CAUSE.causation_id, traceparent)
    Draft4Validator(SCHEMA).validate(order_placed(order(), EVENT_ID, cause).detail)


def test_the_promise_can_be_broken() -> None:
    detail = json.loads(json.dumps(order_placed(order(), EVENT_ID, CAUSE).detail))
    detail["data"]["amount"] = detail["data"].pop("total")
    with pytest.raises(ValidationError):
        Draft4Validator(SCHEMA).validate(detail)
