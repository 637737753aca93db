"""GET /v1/orders/{id}/timeline: what has happened to an order, for its owner alone."""

from typing import TYPE_CHECKING

import pytest

from api.adapters.sources import new_id
from api.domain.events import Event
from tests.support.http_api import call
from tests.support.messages import deliver, envelope, record
from tests.support.payment_provider.book import DECLINED
from tests.support.tokens import ANN, BEN
from tests.unit.api.handlers.helpers import new_product, place, told_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]


def steps(order_id: str) -> list[tuple[str, str | None]]:
    reply = call("GET", f"/v1/orders/{order_id}/timeline", ANN)
    assert (reply.status, reply.body["order_id"]) == (200, order_id)
    times = [step["at"] for step in reply.body["steps"]]
    assert times == sorted(times)
    return [(step["happened"], step.get("reason")) for step in reply.body["steps"]]


def test_an_order_s_whole_way_is_told_in_its_order(stage: "DynamoDBClient") -> None:
    order_id = place((new_product(5), 1)).body["id"]
    paid = [("PLACED", None), ("PAYMENT_AUTHORISED", None), ("CONFIRMED", None)]
    assert steps(order_id) == paid
    confirmed = told_of(stage, order_id)["OrderConfirmed"]
    event = Event(confirmed["metadata"]["event_id"], "OrderConfirmed", confirmed)
    for _ in range(2):
        assert deliver("fulfilment", record(envelope(event))) == []
    sent = [*paid, ("SHIPMENT_REQUESTED", None)]
    assert steps(order_id) == sent
    assert call("POST", f"/v1/orders/{order_id}/cancellation", ANN).status == 200
    assert steps(order_id) == [*sent, ("CANCELLED", "customer")]


def test_a_declined_order_s_way_ends_there() -> None:
    assert place((new_product(5, price={"amount": DECLINED, "currency": "EUR"}), 1)).status == 402
    (order, *_) = call("GET", "/v1/orders", ANN).body["items"]
    assert steps(order["id"]) == [("PLACED", None), ("PAYMENT_DECLINED", None), ("CANCELLED", "payment_declined")]


def test_a_timeline_that_has_not_grown_is_not_sent_again() -> None:
    order_id = place((new_product(5), 1)).body["id"]
    path = f"/v1/orders/{order_id}/timeline"
    known = {"If-None-Match": call("GET", path, ANN).headers["ETag"]}
    assert call("GET", path, ANN, headers=known).status == 304
    call("POST", f"/v1/orders/{order_id}/cancellation", ANN)
    assert call("GET", path, ANN, headers=known).status == 200


def test_what_happens_to_an_order_that_does_not_change_is_sent_too(stage: "DynamoDBClient") -> None:
    order_id = place((new_product(5), 1)).body["id"]
    path = f"/v1/orders/{order_id}/timeline"
    known = {"If-None-Match": call("GET", path, ANN).headers["ETag"]}
    version = call("GET", f"/v1/orders/{order_id}", ANN).headers["ETag"]
    confirmed = told_of(stage, order_id)["OrderConfirmed"]
    event = Event(confirmed["metadata"]["event_id"], "OrderConfirmed", confirmed)
    assert deliver("fulfilment", record(envelope(event))) == []
    assert call("GET", f"/v1/orders/{order_id}", ANN).headers["ETag"] == version
    assert call("GET", path, ANN, headers=known).status == 200


@pytest.mark.parametrize("order_id", ["none", "01JDA7C0R0000000000000000Z"])
def test_an_order_that_is_not_there_has_no_timeline(order_id: str) -> None:
    assert call("GET", f"/v1/orders/{order_id}/timeline", ANN).problem == "not-found"


def test_nobody_elses_order_has_one() -> None:
    order_id = place((new_product(5), 1)).body["id"]
    assert call("GET", f"/v1/orders/{order_id}/timeline", BEN).problem == "not-found"
    assert call("GET", f"/v1/orders/{new_id()}/timeline", BEN).problem == "not-found"
