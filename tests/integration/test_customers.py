"""What customers tell, through the gateway and the user pool: sealed, changed, and forgotten."""

import base64
import json
import os
import secrets
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.support.masked import Masked
from tests.support.patience import until
from tests.support.stage import Answer, Stage
from tests.support.users import Credentials, Pool, PoolUnusable, SignedIn, admin, make_user, sign_in

ME = "/v1/customers/me"
MERGE_PATCH = "application/merge-patch+json"
ADDRESS = {"street": "Ringvägen 1", "postal_code": "118 60", "city": "Stockholm", "country": "SE"}

LISTED_SECONDS = 10.0


@pytest.fixture
def credentials() -> Iterator[Credentials]:
    """Somebody whom only one test knows."""
    client, pool = admin(), Pool.of(os.environ)
    username = f"gate-cust-{secrets.token_hex(6)}@example.com"
    yield make_user(client, pool, username, None)
    try:
        client.admin_delete_user(UserPoolId=pool.pool_id, Username=username)
    except client.exceptions.UserNotFoundException:
        return


def enter(credentials: Credentials) -> SignedIn:
    return sign_in(admin(), Pool.of(os.environ), "somebody", credentials)


def claims(token: Masked) -> dict[str, Any]:
    part = token.reveal().split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def change(stage: Stage, token: Masked, changes: object, version: str = "*") -> Answer:
    headers = {"If-Match": version, "Content-Type": MERGE_PATCH}
    return stage.call("PATCH", ME, token, body=changes, headers=headers)


def test_what_was_told_comes_back(stage: Stage, credentials: Credentials) -> None:
    token = enter(credentials).access
    told = {"name": "Åsa Öberg", "phone": "+46701234567", "addresses": [ADDRESS]}
    changed = change(stage, token, told)
    read = stage.call("GET", ME, token)
    assert (changed.status, read.status) == (200, 200), changed
    assert {name: read.json[name] for name in told} == told
    assert stage.call("GET", ME, token, headers={"If-None-Match": read.headers["ETag"]}).status == 304
    assert change(stage, token, {"name": None}, '"77"').problem == "precondition-failed"


def test_the_gateway_refuses_what_breaks_the_promise(stage: Stage, credentials: Credentials) -> None:
    token = enter(credentials).access
    assert change(stage, token, {"phone": "0701234567"}).status == 400
    assert stage.call("PATCH", ME, token, headers={"Content-Type": MERGE_PATCH}, body={}).status == 428


def test_a_token_says_which_customer_it_stands_for(credentials: Credentials) -> None:
    said = claims(enter(credentials).access)
    assert said["customer_id"] == said["sub"]


def test_an_operator_s_token_says_that_they_may_operate(ops: Masked) -> None:
    said = claims(ops)
    assert said["cognito:groups"] == ["ops"]
    assert "orders/operate" in said["scope"].split()


def test_who_is_blocked_can_not_sign_in(stage: Stage, ops: Masked, credentials: Credentials) -> None:
    customer = claims(enter(credentials).access)["sub"]
    path = f"/v1/customers/{customer}/standing"
    blocked = until(  # the pool lists whoever has just come a little later
        partial(stage.call, "PUT", path, ops, body={"blocked": True}),
        lambda answer: answer.status == 200,
        LISTED_SECONDS,
    )
    assert blocked.status == 200
    with pytest.raises(PoolUnusable, match="blocked"):
        enter(credentials)
    assert stage.call("PUT", path, ops, body={"blocked": False}).status == 200
    assert enter(credentials).access


def test_nobody_is_blocked_who_is_not_there(stage: Stage, ops: Masked) -> None:
    answer = stage.call("PUT", f"/v1/customers/{uuid4()}/standing", ops, body={"blocked": True})
    assert (answer.status, answer.problem) == (404, "not-found")


def test_who_is_forgotten_is_gone(stage: Stage, ops: Masked, credentials: Credentials) -> None:
    token = enter(credentials).access
    assert change(stage, token, {"email": credentials.username}).status == 200
    found = stage.call("POST", "/v1/customers/lookups", ops, body={"email": credentials.username})
    assert found.json == {"items": [{"id": claims(token)["sub"]}]}
    assert stage.call("DELETE", ME, token).status == 202
    assert (stage.call("GET", ME, token).status, stage.call("DELETE", ME, token).status) == (404, 202)
    assert stage.call("POST", "/v1/customers/lookups", ops, body={"email": credentials.username}).json == {"items": []}
    with pytest.raises(PoolUnusable):
        enter(credentials)
