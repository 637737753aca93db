"""The events of a checkout are what contracts/events/ promises."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft4Validator, ValidationError

from api.domain import rules, settling
from api.domain.events import (
    Cause,
    Event,
    order_cancelled,
    order_confirmed,
    payment_authorised,
    payment_failed,
)
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, LATER, order
from tests.unit.api.domain.paying import unpaid

CONTRACTS = Path(__file__).parents[4] / "contracts/events"
TRACED = Cause(CAUSE.correlation_id, CAUSE.causation_id, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")

type Tell = Callable[[Cause], Event]

PAID = settling.authorised(unpaid(), "PSP-1", LATER)
TOLD: dict[str, Tell] = {
    "PaymentAuthorised": lambda cause: payment_authorised(PAID, EVENT_ID, cause),
    "PaymentFailed": lambda cause: payment_failed(settling.declined(unpaid(), LATER), EVENT_ID, cause),
    "OrderConfirmed": lambda cause: order_confirmed(PAID, EVENT_ID, cause),
    "OrderCancelled": lambda cause: order_cancelled(rules.cancel(PAID, LATER), "customer", EVENT_ID, cause),
}


def promised(kind: str) -> Draft4Validator:
    schema: dict[str, Any] = json.loads((CONTRACTS / f"{kind}.schema.json").read_text())
    assert schema["title"] == kind
    return Draft4Validator(schema)


@pytest.mark.parametrize("cause", [CAUSE, TRACED])
@pytest.mark.parametrize("kind", sorted(TOLD))
def test_an_event_keeps_its_promise(kind: str, cause: Cause) -> None:
    event = TOLD[kind](cause)
    assert event.kind == kind
    promised(kind).validate(event.detail)


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_its_promise_can_be_broken(kind: str) -> None:
    detail = json.loads(json.dumps(TOLD[kind](CAUSE).detail))
    detail["data"]["number"] = detail["data"].pop("order_id")
    with pytest.raises(ValidationError):
        promised(kind).validate(detail)


@pytest.mark.parametrize("reason", ["customer", "payment_declined", "payment_overdue"])
def test_every_reason_to_cancel_is_promised(reason: str) -> None:
    promised("OrderCancelled").validate(order_cancelled(rules.cancel(PAID, LATER), reason, EVENT_ID, CAUSE).detail)


def test_what_fulfilment_picks_is_said_by_the_confirmation() -> None:
    data = order_confirmed(PAID, EVENT_ID, CAUSE).data
    assert data["lines"] == [{"sku": "TEA-100", "quantity": 2}, {"sku": "MUG-1", "quantity": 1}]


def test_the_providers_number_stays_ours() -> None:
    assert "PSP-1" not in json.dumps(payment_authorised(PAID, EVENT_ID, CAUSE).detail)


def test_nothing_is_told_of_a_payment_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="no payment"):
        payment_failed(order(), EVENT_ID, CAUSE)
