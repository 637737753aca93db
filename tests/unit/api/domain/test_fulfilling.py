"""What fulfilment does with the orders that it hears of."""

import pytest

from api.domain import shipping
from api.domain.carriers import NORTHWAY
from api.domain.errors import EventUnreadable
from api.domain.events import Json, order_confirmed, shipment_requested
from api.domain.fulfilling import Fulfilling
from tests.support.messages import changed
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, LATER, ORDER_ID, ShipmentRequestsInMemory, ids, order

NEW_ID = "01JDA7C0R00000000000000009"


def fulfilling(requests: ShipmentRequestsInMemory) -> Fulfilling:
    return Fulfilling(requests, lambda: LATER, ids(NEW_ID, NEW_ID))


def test_a_shipment_follows_from_a_confirmed_order_once() -> None:
    requests, confirmed = ShipmentRequestsInMemory(), order_confirmed(order(), EVENT_ID, CAUSE)
    assert fulfilling(requests).request_shipment(confirmed)
    assert not fulfilling(requests).request_shipment(confirmed)
    lines: Json = [{"sku": "TEA-100", "quantity": 2}, {"sku": "MUG-1", "quantity": 1}]
    parcel = shipping.requested(ORDER_ID, NORTHWAY, LATER)
    assert requests.shipments == {ORDER_ID: parcel}
    assert requests.events == [shipment_requested(ORDER_ID, parcel, lines, NEW_ID, confirmed.cause)]
    assert requests.events[0].cause.correlation_id == CAUSE.correlation_id


def test_nothing_follows_for_an_order_that_has_been_cancelled_since() -> None:
    requests = ShipmentRequestsInMemory(ended=frozenset({ORDER_ID}))
    assert not fulfilling(requests).request_shipment(order_confirmed(order(), EVENT_ID, CAUSE))
    assert requests.events == []


@pytest.mark.parametrize("lines", [None, [], "two", [{"sku": 7, "quantity": 1}], [{"sku": "TEA", "quantity": -1}]])
def test_an_order_that_does_not_say_what_to_pick_is_not_shipped(lines: Json) -> None:
    requests = ShipmentRequestsInMemory()
    confirmed = changed(order_confirmed(order(), EVENT_ID, CAUSE), "data", lines=lines)
    with pytest.raises(EventUnreadable):
        fulfilling(requests).request_shipment(confirmed)
    assert requests.handled == set()
