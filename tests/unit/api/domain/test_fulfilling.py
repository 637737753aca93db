"""What fulfilment does with the orders that it hears of."""

import pytest

from api.domain.errors import EventUnreadable
from api.domain.events import Json, order_placed, shipment_requested
from api.domain.fulfilling import Fulfilling
from tests.support.messages import changed
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, LATER, ORDER_ID, InboxInMemory, ids, order

NEW_ID = "01JDA7C0R00000000000000009"


def fulfilling(inbox: InboxInMemory) -> Fulfilling:
    return Fulfilling(inbox, lambda: LATER, ids(NEW_ID, NEW_ID))


def test_a_shipment_follows_from_a_placed_order_once() -> None:
    inbox, placed = InboxInMemory(), order_placed(order(), EVENT_ID, CAUSE)
    assert fulfilling(inbox).request_shipment(placed)
    assert not fulfilling(inbox).request_shipment(placed)
    lines: Json = [{"sku": "TEA-100", "quantity": 2}, {"sku": "MUG-1", "quantity": 1}]
    assert inbox.events == [shipment_requested(ORDER_ID, lines, NEW_ID, LATER, placed.cause)]
    assert inbox.events[0].cause.correlation_id == CAUSE.correlation_id


@pytest.mark.parametrize("lines", [None, [], "two", [{"sku": 7, "quantity": 1}], [{"sku": "TEA", "quantity": -1}]])
def test_an_order_that_does_not_say_what_to_pick_is_not_shipped(lines: Json) -> None:
    inbox = InboxInMemory()
    placed = changed(order_placed(order(), EVENT_ID, CAUSE), "data", lines=lines)
    with pytest.raises(EventUnreadable):
        fulfilling(inbox).request_shipment(placed)
    assert inbox.handled == set()
