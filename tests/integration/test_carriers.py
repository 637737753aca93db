"""Carriers tell of their parcels, over the gateway and by tokens of their own machines; nobody else does."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.test_bad_tokens import FORGERS
from tests.support.carriers import PATH, CarrierSystem, scan_of, tell
from tests.support.masked import Masked
from tests.support.partners import PartnerSystem
from tests.support.promised import assert_is
from tests.support.stage import Stage
from tests.support.users import SignedIn

type Read = Callable[[], dict[str, Any]]


@pytest.fixture
def read(stage: Stage, ann: Masked, order: dict[str, Any]) -> Read:
    """Reads the new order of Ann's."""

    def read() -> dict[str, Any]:
        answer = stage.call("GET", f"/v1/orders/{order['id']}", ann)
        assert_is("Order", answer.json)
        found: dict[str, Any] = answer.json
        return found

    return read


@pytest.fixture
def parcel(northway: CarrierSystem, order: dict[str, Any]) -> str:
    """The number of its parcel."""
    return northway.number(order["id"])


def test_a_parcel_s_way_is_seen_by_the_owner_of_its_order(
    stage: Stage, northway: CarrierSystem, ann: Masked, parcel: str, order: dict[str, Any], read: Read
) -> None:
    for status, of_order in (("DISPATCHED", "SHIPPED"), ("IN_TRANSIT", "SHIPPED"), ("DELIVERED", "DELIVERED")):
        told = tell(stage, northway, scan_of(parcel, status))
        assert (told.status, told.json) == (200, {"tracking_number": parcel, "status": status})
        found = read()
        assert (found["status"], found["shipments"][0]["status"]) == (of_order, status)
    steps = stage.call("GET", f"/v1/orders/{order['id']}/timeline", ann).json["steps"]
    assert [step["happened"] for step in steps][-3:] == ["SHIPMENT_REQUESTED", "DISPATCHED", "DELIVERED"]


def test_scans_that_come_again_or_late_change_nothing(
    stage: Stage, northway: CarrierSystem, parcel: str, read: Read
) -> None:
    first = scan_of(parcel, "DELIVERED")
    assert tell(stage, northway, first).status == 200
    before = read()
    for scan in (first, first, scan_of(parcel, "DISPATCHED"), scan_of(parcel, "IN_TRANSIT")):
        assert tell(stage, northway, scan).json["status"] == "DELIVERED"
    assert read() == before
    reused = tell(stage, northway, {**first, "status": "RETURNED"})
    assert (reused.status, reused.problem) == (422, "scan-id-reused")


def test_what_has_left_is_not_cancelled_and_what_is_cancelled_does_not_leave(
    stage: Stage, northway: CarrierSystem, ann: Masked, parcel: str, order: dict[str, Any], read: Read
) -> None:
    assert tell(stage, northway, scan_of(parcel, "DISPATCHED")).status == 200
    refused = stage.call("POST", f"/v1/orders/{order['id']}/cancellation", ann)
    assert (refused.status, refused.problem) == (409, "order-shipped")
    assert read()["status"] == "SHIPPED"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z", "2199-01-01T00:00:00.000Z"])
def test_nothing_is_scanned_before_its_order_was_placed_or_in_the_future(
    stage: Stage, northway: CarrierSystem, parcel: str, read: Read, at: str
) -> None:
    refused = tell(stage, northway, scan_of(parcel, "DELIVERED", scanned_at=at))
    assert (refused.status, refused.problem) == (422, "impossible-time")
    assert refused.json["errors"][0]["pointer"] == "/scanned_at"
    assert read()["shipments"] == []


def test_another_carrier_s_parcel_is_not_there(
    stage: Stage, northway: CarrierSystem, swiftline: CarrierSystem, parcel: str, read: Read
) -> None:
    assert tell(stage, northway, scan_of(parcel, "DISPATCHED")).status == 200
    before = read()
    others = stage.call("POST", PATH, swiftline.access, body=scan_of(parcel, "DELIVERED"))
    unknown = stage.call("POST", PATH, northway.access, body=scan_of("NW01JDA7C0R0000000000000000001", "DELIVERED"))
    assert [(each.status, each.problem) for each in (others, unknown)] == [(404, "not-found")] * 2
    assert read() == before


def test_nobody_else_tells_of_parcels(
    stage: Stage, ann: Masked, ops: Masked, acme: PartnerSystem, users: dict[str, SignedIn], parcel: str
) -> None:
    for token in (None, ann, ops, users["ann"].identity, acme.access):
        refused = stage.call("POST", PATH, token, body=scan_of(parcel, "DELIVERED"), headers=acme.headers)
        assert refused.status in (401, 403), refused
        assert_is("Problem", refused.json)


def as_user(carrier: CarrierSystem) -> SignedIn:
    """The carrier's token where the forgers look for a user's; machines get no identity token."""
    return SignedIn(carrier.carrier, carrier.carrier, carrier.access, carrier.access)


@pytest.mark.parametrize("forged", [name for name in FORGERS if name != "an ID token"])
def test_a_forged_token_tells_nothing(stage: Stage, northway: CarrierSystem, forged: str) -> None:
    answer = stage.call("POST", PATH, FORGERS[forged](as_user(northway)), body=scan_of("NW00000000", "DELIVERED"))
    assert (answer.status, answer.problem) == (401, "unauthorized")


def test_a_carrier_s_token_opens_nothing_of_partners(
    stage: Stage, northway: CarrierSystem, acme: PartnerSystem
) -> None:
    answer = stage.call("GET", "/partner/v1/orders", northway.access, headers=acme.headers)
    assert (answer.status, answer.problem) == (403, "forbidden")
