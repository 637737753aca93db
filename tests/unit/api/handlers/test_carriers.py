"""POST /carrier/v1/scans: what a carrier tells of its own parcels, and what becomes of their orders."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.adapters import keys
from api.adapters.attributes import typed
from api.adapters.carriers import DynamoCarriers
from api.adapters.sources import now
from api.domain.instants import written
from tests.support.dynamodb import TABLE, count_items
from tests.support.http_api import Reply, call
from tests.support.tokens import ACME, ANN, OPS, CarrierUser
from tests.unit.api.handlers.carrying import SCANNED_AT, known_carrier, order_of, packed, scan, sent, tell
from tests.unit.api.handlers.helpers import available, lines, new_product, place, told_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]


@pytest.fixture
def carrier() -> CarrierUser:
    """A machine of the carrier that brings what is sent as usual."""
    return known_carrier()


def shown(parcel: str) -> Reply:
    """The order of a parcel, as its owner is shown it."""
    return call("GET", f"/v1/orders/{order_of(parcel)}", ANN)


def cancel(parcel: str) -> Reply:
    return call("POST", f"/v1/orders/{order_of(parcel)}/cancellation", ANN)


def steps(parcel: str) -> list[str]:
    answer = call("GET", f"/v1/orders/{order_of(parcel)}/timeline", ANN)
    return [step["happened"] for step in answer.body["steps"]]


def reserved(client: "DynamoDBClient", sku: str) -> int:
    stock = client.get_item(TableName=TABLE, Key=typed(keys.stock(sku)), ConsistentRead=True)["Item"]
    return int(stock["reserved"]["N"])


def test_a_parcel_that_was_only_asked_for_is_not_shown_and_leaves_the_order_as_it_was(carrier: CarrierUser) -> None:
    order = place((new_product(3), 1))
    before = call("GET", f"/v1/orders/{order.body['id']}", ANN)
    after = shown(packed(order.body["id"]))
    assert (after.body, after.headers["ETag"]) == (before.body, before.headers["ETag"])
    assert after.body["shipments"] == []
    assert carrier


def test_a_scan_moves_the_parcel_and_the_order_with_it(carrier: CarrierUser) -> None:
    parcel = sent((new_product(3), 1))
    before = shown(parcel)
    for status, of_order in (("DISPATCHED", "SHIPPED"), ("IN_TRANSIT", "SHIPPED"), ("DELIVERED", "DELIVERED")):
        reply = tell(carrier, parcel, status)
        assert (reply.status, reply.body) == (200, {"tracking_number": parcel, "status": status})
        after = shown(parcel)
        assert after.body["status"] == of_order
        (shipment,) = after.body["shipments"]
        assert (shipment["carrier"], shipment["tracking_number"], shipment["status"]) == ("northway", parcel, status)
        assert after.headers["ETag"] != before.headers["ETag"]
        before = after
    assert shipment["dispatched_at"] == shipment["delivered_at"] == SCANNED_AT
    listed = call("GET", "/v1/orders", ANN).body["items"]
    assert {each["id"]: each["status"] for each in listed}[order_of(parcel)] == "DELIVERED"


def test_others_hear_and_the_owner_sees_that_it_left_and_arrived(stage: "DynamoDBClient", carrier: CarrierUser) -> None:
    parcel = sent((new_product(3), 1))
    for status in ("DISPATCHED", "IN_TRANSIT", "DELIVERED", "RETURNED"):
        tell(carrier, parcel, status)
    told = told_of(stage, order_of(parcel))
    for kind, at in (("ShipmentDispatched", "dispatched_at"), ("ShipmentDelivered", "delivered_at")):
        assert told[kind]["data"] == {
            "order_id": order_of(parcel),
            "customer_id": ANN.subject,
            "carrier": "northway",
            "tracking_number": parcel,
            at: SCANNED_AT,
        }
    assert steps(parcel)[-3:] == ["SHIPMENT_REQUESTED", "DISPATCHED", "DELIVERED"]


def test_a_scan_that_is_told_again_changes_nothing(stage: "DynamoDBClient", carrier: CarrierUser) -> None:
    sku = new_product(3)
    parcel = sent((sku, 2))
    told = scan(parcel, "DISPATCHED")
    replies = [call("POST", "/carrier/v1/scans", carrier, json_body=told) for _ in range(3)]
    assert {(reply.status, reply.body["status"]) for reply in replies} == {(200, "DISPATCHED")}
    assert steps(parcel).count("DISPATCHED") == 1
    assert (available(sku), reserved(stage, sku)) == (1, 0)


def test_of_the_same_scan_many_times_at_once_one_counts(stage: "DynamoDBClient", carrier: CarrierUser) -> None:
    sku = new_product(3)
    parcel = sent((sku, 2))
    told = scan(parcel, "DISPATCHED")
    with ThreadPoolExecutor(4) as crowd:
        replies = list(crowd.map(lambda _: call("POST", "/carrier/v1/scans", carrier, json_body=told), range(4)))
    assert {reply.status for reply in replies} <= {200, 409}
    assert {reply.problem for reply in replies if reply.status == 409} <= {"busy"}
    assert steps(parcel).count("DISPATCHED") == 1
    assert (available(sku), reserved(stage, sku)) == (1, 0)


def test_a_scan_s_id_is_good_for_one_word_of_its_parcel(carrier: CarrierUser) -> None:
    parcel, other = sent((new_product(3), 1)), sent((new_product(3), 1))
    assert tell(carrier, parcel, "DISPATCHED", id="scan-0001").status == 200
    reused = tell(carrier, parcel, "DELIVERED", id="scan-0001")
    assert (reused.status, reused.problem) == (422, "scan-id-reused")
    assert tell(carrier, other, "DELIVERED", id="scan-0001").status == 200
    assert shown(parcel).body["status"] == "SHIPPED"


def test_a_scan_that_comes_late_takes_nothing_back(carrier: CarrierUser) -> None:
    parcel = sent((new_product(3), 1))
    tell(carrier, parcel, "DELIVERED")
    before = shown(parcel)
    for late in ("DISPATCHED", "IN_TRANSIT", "DELIVERED"):
        assert tell(carrier, parcel, late).body["status"] == "DELIVERED"
    assert (shown(parcel).body, shown(parcel).headers["ETag"]) == (before.body, before.headers["ETag"])
    assert steps(parcel)[-2:] == ["DISPATCHED", "DELIVERED"]


def test_what_leaves_is_held_no_more_and_what_is_left_can_still_be_ordered(
    stage: "DynamoDBClient", carrier: CarrierUser
) -> None:
    tea, mug = new_product(3), new_product(5)
    parcel = sent((tea, 2), (mug, 1))
    assert (reserved(stage, tea), reserved(stage, mug)) == (2, 1)
    tell(carrier, parcel, "IN_TRANSIT")
    assert (reserved(stage, tea), reserved(stage, mug)) == (0, 0)
    assert (available(tea), available(mug)) == (1, 4)


@pytest.mark.parametrize("status", ["DISPATCHED", "DELIVERED", "RETURNED"])
def test_an_order_that_has_left_is_not_cancelled(carrier: CarrierUser, status: str) -> None:
    parcel = sent((new_product(3), 1))
    tell(carrier, parcel, status)
    refused = cancel(parcel)
    assert (refused.status, refused.problem) == (409, "order-shipped")


def test_a_parcel_of_a_cancelled_order_does_not_move(stage: "DynamoDBClient", carrier: CarrierUser) -> None:
    sku = new_product(3)
    parcel = sent((sku, 1))
    assert cancel(parcel).status == 200
    items = count_items(stage, f"ORD#{order_of(parcel)}")
    refused = tell(carrier, parcel, "DISPATCHED")
    assert (refused.status, refused.problem) == (409, "order-cancelled")
    assert (shown(parcel).body["status"], available(sku)) == ("CANCELLED", 3)
    assert count_items(stage, f"ORD#{order_of(parcel)}") == items


def test_a_parcel_is_its_carrier_s_alone(carrier: CarrierUser) -> None:
    parcel = sent((new_product(3), 1))
    before = shown(parcel)
    others = tell(known_carrier("swiftline"), parcel, "DELIVERED")
    unknown = tell(carrier, "NW01JDA7C0R0000000000000000001", "DELIVERED")
    assert [(each.status, each.problem) for each in (others, unknown)] == [(404, "not-found")] * 2
    assert others.body["detail"] == unknown.body["detail"]
    assert shown(parcel).body == before.body


def test_a_partner_sees_how_far_its_parcel_is(carrier: CarrierUser) -> None:
    body = lines((new_product(3), 1))
    order = call("POST", "/partner/v1/orders", ACME, key="partner-parcel-1", json_body=body).body["id"]
    tell(carrier, packed(order), "DELIVERED")
    found = call("GET", f"/partner/v1/orders/{order}", ACME)
    assert (found.body["status"], found.body["shipments"][0]["status"]) == ("DELIVERED", "DELIVERED")


@pytest.mark.parametrize("user", [None, ACME], ids=["nobody", "a partner"])
def test_who_is_no_machine_of_the_pool_comes_in_nowhere(user: Any) -> None:
    assert tell(user, "NW01JDA7C0R0000000000000000001", "DELIVERED").problem == "unauthorized"


@pytest.mark.parametrize(
    "user",
    [ANN, OPS, CarrierUser("1partner", scope="partner/orders.write"), CarrierUser("1unknown")],
    ids=["a customer", "an operator", "another machine", "a client that is no carrier's"],
)
def test_only_a_carrier_tells_of_parcels(user: Any) -> None:
    parcel = sent((new_product(3), 1))
    refused = tell(user, parcel, "DELIVERED")
    assert (refused.status, refused.problem) == (403, "forbidden")
    assert shown(parcel).body["shipments"] == []


def test_a_client_that_is_a_carrier_s_no_more_is_forbidden(stage: "DynamoDBClient") -> None:
    gone = known_carrier()
    DynamoCarriers(stage, TABLE).remove(gone.client)
    assert tell(gone, "NW01JDA7C0R0000000000000000001", "DELIVERED").problem == "forbidden"


@pytest.mark.parametrize(
    "at",
    [
        "2026-02-30T12:00:00.000Z",
        "2026-11-23T24:61:00.000Z",
        "0000-01-01T00:00:00.000Z",
        "0001-01-01T00:00:00.000Z",
        "2026-01-01T00:00:00.000Z",
        "2199-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z",
    ],
)
def test_nothing_was_scanned_on_a_day_that_is_none_has_not_come_or_had_no_such_order(
    carrier: CarrierUser, at: str
) -> None:
    parcel = sent((new_product(3), 1))
    refused = tell(carrier, parcel, "DELIVERED", scanned_at=at)
    assert (refused.status, refused.problem) == (422, "impossible-time")
    assert [place["pointer"] for place in refused.body["errors"]] == ["/scanned_at"]
    assert shown(parcel).body["shipments"] == []


def test_nothing_arrives_before_it_has_left(carrier: CarrierUser) -> None:
    parcel, moment = sent((new_product(3), 1)), now()
    assert tell(carrier, parcel, "DISPATCHED", scanned_at=written(moment + timedelta(minutes=59))).status == 200
    refused = tell(carrier, parcel, "DELIVERED", scanned_at=written(moment - timedelta(minutes=2)))
    assert (refused.status, refused.problem) == (422, "impossible-time")
    assert shown(parcel).body["status"] == "SHIPPED"
    assert tell(carrier, parcel, "DELIVERED", scanned_at=written(moment)).status == 200


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"id": "short"}, "/id"),
        ({"tracking_number": "nw1"}, "/tracking_number"),
        ({"status": "REQUESTED"}, "/status"),
        ({"status": "LOST"}, "/status"),
        ({"scanned_at": "yesterday"}, "/scanned_at"),
        ({"scanned_at": 1_763_899_200}, "/scanned_at"),
        ({"carrier": "northway"}, "/carrier"),
    ],
)
def test_a_scan_that_is_not_as_promised_is_pointed_at(
    carrier: CarrierUser, other: dict[str, Any], pointer: str
) -> None:
    body = {**scan("NW01JDA7C0R0000000000000000001", "DELIVERED"), **other}
    refused = call("POST", "/carrier/v1/scans", carrier, json_body=body)
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (400, pointer)
