"""An event happened when what it tells of happened: in a story in which nothing happens at the moment of anything else.

Whoever orders events by `occurred_at`, or counts a deadline from a moment in their data, relies on this; another
meaning would need another schema_version (contracts/events/).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from api.domain import rules, settling, shipping
from api.domain.carriers import NORTHWAY
from api.domain.events import (
    Event,
    customer_erased,
    customer_registered,
    order_cancelled,
    order_confirmed,
    order_placed,
    payment_authorised,
    payment_failed,
    product_changed,
    shipment_delivered,
    shipment_dispatched,
    shipment_requested,
    stock_low,
)
from api.domain.instants import written
from api.domain.model import Stock
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, NOON, ORDER_ID, PAYMENT_ID, order, product
from tests.unit.api.domain.happened import made


def after(minutes: int) -> datetime:
    """A moment of the story, which begins at noon."""
    return NOON + timedelta(minutes=minutes)


PLACED, DECIDED, CANCELLED, CHANGED, NOTICED = map(after, range(5))
REQUESTED, LEFT, ARRIVED, HEARD = map(after, range(10, 14))
SIGNED_UP, FORGOTTEN = map(after, range(20, 22))

WAITS = settling.asked(order(), PAYMENT_ID)
PAID = settling.authorised(WAITS, "PSP-1", DECIDED)
ENDED = rules.cancel(PAID, CANCELLED)
PARCEL = replace(
    shipping.requested(ORDER_ID, NORTHWAY, REQUESTED), dispatched_at=LEFT, delivered_at=ARRIVED, updated_at=HEARD
)
TEA = replace(product(), created_at=NOON, updated_at=CHANGED)

type Told = tuple[Event, datetime, Mapping[str, datetime]]

STORY: Final[Mapping[str, Told]] = {
    "placed": (order_placed(PAID, EVENT_ID, CAUSE), PLACED, {"placed_at": PLACED}),
    "the money is held": (payment_authorised(PAID, EVENT_ID, CAUSE), DECIDED, {}),
    "the money is refused": (payment_failed(settling.declined(WAITS, DECIDED), EVENT_ID, CAUSE), DECIDED, {}),
    "confirmed": (order_confirmed(PAID, EVENT_ID, CAUSE), DECIDED, {"confirmed_at": DECIDED}),
    "cancelled": (order_cancelled(ENDED, "customer", EVENT_ID, CAUSE), CANCELLED, {"cancelled_at": CANCELLED}),
    "a parcel is asked for": (
        shipment_requested(ORDER_ID, PARCEL, [], EVENT_ID, CAUSE),
        REQUESTED,
        {"requested_at": REQUESTED},
    ),
    "it was heard that it left": (shipment_dispatched(PAID, PARCEL, EVENT_ID, CAUSE), HEARD, {"dispatched_at": LEFT}),
    "it was heard that it came": (shipment_delivered(PAID, PARCEL, EVENT_ID, CAUSE), HEARD, {"delivered_at": ARRIVED}),
    "a product says something else": (product_changed(TEA, EVENT_ID, CAUSE), CHANGED, {"changed_at": CHANGED}),
    "few are left": (stock_low(Stock("TEA-100", 9, 3), EVENT_ID, NOTICED, CAUSE), NOTICED, {"noticed_at": NOTICED}),
    "somebody is new": (
        customer_registered("ann", SIGNED_UP, EVENT_ID, CAUSE),
        SIGNED_UP,
        {"registered_at": SIGNED_UP},
    ),
    "somebody is forgotten": (customer_erased("ann", FORGOTTEN, EVENT_ID, CAUSE), FORGOTTEN, {"erased_at": FORGOTTEN}),
}
"""What happened: the event of it, when it happened, and the moments that its data tell."""


@pytest.mark.parametrize("happened", STORY)
def test_an_event_happened_at_the_moment_that_it_tells_of(happened: str) -> None:
    event, at, moments = STORY[happened]
    detail: Any = event.detail
    told = {name: value for name, value in detail["data"].items() if name.endswith("_at")}
    assert detail["metadata"]["occurred_at"] == written(at)
    assert told == {name: written(moment) for name, moment in moments.items()}


def test_the_story_has_every_event_that_there_is() -> None:
    assert sorted(event.kind for event, _, _ in STORY.values()) == sorted(made(CAUSE))
