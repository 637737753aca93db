"""Partners place and read orders of their own, and no others."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from api.domain.partners import LIMITS, Partner, Tier
from tests.support.dynamodb import count_items, new_sku
from tests.support.events import proxy_event
from tests.support.http_api import Reply, call, send
from tests.support.tokens import ACME, ANN, GLOBEX, PartnerUser, User
from tests.unit.api.handlers.counting import Counting
from tests.unit.api.handlers.helpers import available, lines, new_product, place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]


def partner_places(*pairs: tuple[str, int], partner: PartnerUser = ACME, key: str | None = None) -> Reply:
    return call("POST", "/partner/v1/orders", partner, key=key or new_sku(), json_body=lines(*pairs))


def listed(partner: PartnerUser, **query: str) -> Reply:
    return call("GET", "/partner/v1/orders", partner, query=query)


def test_a_partner_places_an_order_and_reads_it() -> None:
    sku = new_product(5)
    placed = partner_places((sku, 2))
    assert (placed.status, available(sku)) == (201, 3)
    assert placed.headers["Location"] == f"/beta/partner/v1/orders/{placed.body['id']}"
    read = call("GET", f"/partner/v1/orders/{placed.body['id']}", ACME)
    assert (read.status, read.body, read.headers["ETag"]) == (200, placed.body, placed.headers["ETag"])


def test_a_partners_order_is_confirmed_without_a_payment() -> None:
    placed = partner_places((new_product(5), 1))
    assert placed.body["status"] == "CONFIRMED"
    assert "payment" not in placed.body


def test_a_partners_order_is_nobody_elses() -> None:
    order = partner_places((new_product(5), 1)).body["id"]
    namesake = User(ACME.partner)
    assert call("GET", f"/partner/v1/orders/{order}", GLOBEX).status == 404
    for customer in (ANN, namesake):
        assert call("GET", f"/v1/orders/{order}", customer).status == 404
    assert call("POST", f"/v1/orders/{order}/cancellation", namesake).status == 404


def test_a_customers_order_is_no_partners() -> None:
    namesake = User(ACME.partner)
    order = place((new_product(5), 1), user=namesake).body["id"]
    assert call("GET", f"/partner/v1/orders/{order}", ACME).status == 404


def test_a_partner_lists_its_own_orders_newest_first_page_by_page() -> None:
    partner = PartnerUser("listing")
    sku = new_product(9)
    placed = [partner_places((sku, 1), partner=partner).body for _ in range(3)]
    partner_places((sku, 1), partner=GLOBEX)
    first = listed(partner, limit="2")
    second = listed(partner, limit="2", cursor=first.body["next_cursor"])
    found = [*first.body["items"], *second.body["items"]]
    assert [order["id"] for order in found] == [order["id"] for order in reversed(placed)]
    assert found[0] == {
        "id": placed[2]["id"],
        "line_count": 1,
        "total": placed[2]["total"],
        "placed_at": placed[2]["placed_at"],
    }


def test_a_cursor_is_good_for_its_partner_alone() -> None:
    sku = new_product(9)
    for _ in range(2):
        partner_places((sku, 1))
    cursor = listed(ACME, limit="1").body["next_cursor"]
    assert listed(GLOBEX, limit="1", cursor=cursor).problem == "invalid-cursor"


def test_the_same_key_places_one_order_per_partner() -> None:
    sku, key = new_product(9), new_sku()
    first, again = partner_places((sku, 1), key=key), partner_places((sku, 1), key=key)
    other = partner_places((sku, 1), partner=GLOBEX, key=key)
    assert first.body == again.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.body["id"] != first.body["id"]


def test_an_order_and_its_place_in_the_list_are_written_together(stage: "DynamoDBClient") -> None:
    partner = PartnerUser("atomic")
    assert partner_places((new_product(1), 2), partner=partner).problem == "out-of-stock"
    assert count_items(stage, f"PARTNER#{partner.partner}") == 0


def test_a_known_order_is_not_sent_again() -> None:
    placed = partner_places((new_product(5), 1))
    path = f"/partner/v1/orders/{placed.body['id']}"
    assert call("GET", path, ACME, headers={"If-None-Match": placed.headers["ETag"]}).status == 304


@pytest.mark.parametrize("order", ["01JDA7C0R00000000000000000", "nonsense"])
def test_an_order_that_is_not_there_is_not_found(order: str) -> None:
    assert call("GET", f"/partner/v1/orders/{order}", ACME).problem == "not-found"


def asked(admission: dict[str, Any] | None, method: str = "GET", path: str = "/partner/v1/orders") -> Reply:
    return send("partners", proxy_event(method, path, admission=admission))


@pytest.mark.parametrize(
    "admission",
    [
        None,
        {},
        ACME.admission(partner_id="No Partner"),
        ACME.admission(until="2020-01-01T00:00:00.000Z"),
        ACME.admission(until="soon"),
        {"claims": ANN.claims()},
    ],
    ids=["nothing", "empty", "not an id", "ended", "no moment", "a customer"],
)
def test_only_who_was_let_in_comes_in(admission: dict[str, Any] | None) -> None:
    assert (asked(admission).status, asked(admission).problem) == (401, "unauthorized")


def test_a_scope_opens_what_it_names_alone() -> None:
    reader, writer = PartnerUser("acme", ("partner/orders.read",)), PartnerUser("acme", ("partner/orders.write",))
    assert listed(reader).status == 200
    assert partner_places((new_product(1), 1), partner=writer).status == 201
    for refused in (partner_places((new_product(1), 1), partner=reader), listed(writer)):
        assert (refused.status, refused.problem) == (403, "forbidden")


def test_usage_says_what_both_keys_of_an_overlap_have_used(known: Partner) -> None:
    used = call("GET", "/partner/v1/usage", PartnerUser(known.id))
    limits = LIMITS[Tier.BASIC]
    assert used.body == {
        "tier": "basic",
        "limits": {"per_second": limits.per_second, "burst": limits.burst, "per_day": limits.per_day},
        "day": datetime.now(UTC).date().isoformat(),
        "used": 42,
        "remaining": 9_998,
    }
    assert used.headers["Cache-Control"] == "no-store"


def test_what_was_counted_is_not_asked_for_again_within_a_minute(known: Partner, gateway: Counting) -> None:
    gateway.counted.clear()
    for _ in range(3):
        assert call("GET", "/partner/v1/usage", PartnerUser(known.id)).body["remaining"] == 10_000
    assert gateway.asked == ["plan/k1", "plan/k2"]


def test_a_partner_that_is_gone_is_forbidden() -> None:
    assert call("GET", "/partner/v1/usage", PartnerUser("gone-partner")).problem == "forbidden"
