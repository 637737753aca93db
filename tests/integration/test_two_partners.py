"""Partners at /partner/v1: by token and key together, each to its own orders alone."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.integration.conftest import new_key
from tests.integration.test_bad_tokens import FORGERS
from tests.support.masked import Masked
from tests.support.partners import PartnerSystem
from tests.support.promised import Operation, assert_is, for_partners
from tests.support.stage import Answer, Stage
from tests.support.users import SignedIn


def ask(stage: Stage, partner: PartnerSystem, method: str, path: str, **more: Any) -> Answer:
    headers = {**partner.headers, **more.pop("headers", {})}
    return stage.call(method, path, partner.access, headers=headers, **more)


def order_of(sku: str) -> Mapping[str, Any]:
    return {"lines": [{"sku": sku, "quantity": 1}]}


def place(stage: Stage, partner: PartnerSystem, sku: str) -> dict[str, Any]:
    placed = ask(stage, partner, "POST", "/partner/v1/orders", body=order_of(sku), key=new_key())
    assert placed.status == 201, placed
    order: dict[str, Any] = placed.json
    return order


@pytest.fixture
def ordered(stage: Stage, acme: PartnerSystem, tea: str) -> dict[str, Any]:
    """A new order of Acme's."""
    return place(stage, acme, tea)


def test_a_partner_reads_its_order_on_every_route(stage: Stage, acme: PartnerSystem, ordered: dict[str, Any]) -> None:
    """The gateway keeps the authorizer's answer of the first of these for the others."""
    read = ask(stage, acme, "GET", f"/partner/v1/orders/{ordered['id']}")
    listed = ask(stage, acme, "GET", "/partner/v1/orders", query={"limit": 100})
    usage = ask(stage, acme, "GET", "/partner/v1/usage")
    assert (read.status, read.json) == (200, ordered)
    assert ordered["id"] in {item["id"] for item in listed.json["items"]}
    assert (usage.status, usage.json["tier"]) == (200, "enterprise")
    assert_is("PartnerOrderPage", listed.json)
    assert_is("PartnerUsage", usage.json)


def test_a_partners_order_is_nobody_elses(
    stage: Stage, globex: PartnerSystem, ann: Masked, ordered: dict[str, Any]
) -> None:
    others = ask(stage, globex, "GET", f"/partner/v1/orders/{ordered['id']}")
    customers = stage.call("GET", f"/v1/orders/{ordered['id']}", ann)
    listed = ask(stage, globex, "GET", "/partner/v1/orders", query={"limit": 100})
    assert [(each.status, each.problem) for each in (others, customers)] == [(404, "not-found")] * 2
    assert ordered["id"] not in {item["id"] for item in listed.json["items"]}


def test_a_customers_order_is_no_partners(stage: Stage, acme: PartnerSystem, kept: dict[str, Any]) -> None:
    assert ask(stage, acme, "GET", f"/partner/v1/orders/{kept['id']}").status == 404


def test_a_cursor_is_good_for_its_partner_alone(
    stage: Stage, acme: PartnerSystem, globex: PartnerSystem, tea: str
) -> None:
    for _ in range(2):
        place(stage, acme, tea)
    cursor = ask(stage, acme, "GET", "/partner/v1/orders", query={"limit": 1}).json["next_cursor"]
    query = {"limit": 1, "cursor": cursor}
    assert ask(stage, acme, "GET", "/partner/v1/orders", query=query).status == 200
    assert ask(stage, globex, "GET", "/partner/v1/orders", query=query).problem == "invalid-cursor"


def test_a_repeated_key_gives_the_first_order_again(stage: Stage, acme: PartnerSystem, tea: str) -> None:
    key = new_key()
    first, again = (ask(stage, acme, "POST", "/partner/v1/orders", body=order_of(tea), key=key) for _ in range(2))
    assert (first.status, again.status, first.body) == (201, 201, again.body)
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("operation", for_partners(), ids=lambda one: one.name)
def test_a_partners_key_opens_nothing_with_anothers_token(
    stage: Stage, acme: PartnerSystem, globex: PartnerSystem, operation: Operation
) -> None:
    body = order_of("NO-SUCH-SKU") if operation.method == "POST" else None
    answer = stage.call(
        operation.method, operation.filled(), acme.access, headers=globex.headers, body=body, key=new_key()
    )
    assert (answer.status, answer.problem) == (403, "forbidden")


@pytest.mark.parametrize("operation", for_partners(), ids=lambda one: one.name)
def test_a_token_or_a_key_alone_opens_nothing(stage: Stage, acme: PartnerSystem, operation: Operation) -> None:
    body = order_of("NO-SUCH-SKU") if operation.method == "POST" else None
    path = operation.filled()
    for token, headers in [(acme.access, {}), (None, acme.headers), (None, {})]:
        answer = stage.call(operation.method, path, token, headers=headers, body=body, key=new_key())
        assert (answer.status, answer.problem) == (401, "unauthorized"), headers.keys()


def as_user(partner: PartnerSystem) -> SignedIn:
    """The partner's token where the forgers look for a user's; machines get no identity token."""
    return SignedIn(partner.name, partner.partner, partner.access, partner.access)


@pytest.mark.parametrize("operation", for_partners(), ids=lambda one: one.name)
@pytest.mark.parametrize("forged", [name for name in FORGERS if name not in ("an ID token", "no token")])
def test_a_forged_token_opens_nothing_with_a_good_key(
    stage: Stage, acme: PartnerSystem, forged: str, operation: Operation
) -> None:
    token = FORGERS[forged](as_user(acme))
    body = order_of("NO-SUCH-SKU") if operation.method == "POST" else None
    answer = stage.call(operation.method, operation.filled(), token, headers=acme.headers, body=body, key=new_key())
    assert (answer.status, answer.problem) == (401, "unauthorized")


def test_a_customers_token_opens_nothing_of_partners(
    stage: Stage, ann: Masked, acme: PartnerSystem, users: dict[str, SignedIn]
) -> None:
    """An access token of the same pool, for a client that is no partner's; and an ID token."""
    answers = [
        stage.call("GET", "/partner/v1/orders", token, headers=acme.headers) for token in (ann, users["ann"].identity)
    ]
    assert [(each.status, each.problem) for each in answers] == [(403, "forbidden"), (401, "unauthorized")]


def test_a_partners_token_opens_nothing_of_customers(stage: Stage, acme: PartnerSystem) -> None:
    for path in ("/v1/orders", "/v1/orders/01JDA7C0R00000000000000000"):
        assert stage.call("GET", path, acme.access, headers=acme.headers).status in (401, 403)
