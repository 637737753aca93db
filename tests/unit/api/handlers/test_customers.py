"""The function `customers`, event in, answer out; every answer is held against the promise on the way."""

import json
import os
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from api.adapters.sources import new_id
from tests.support.dynamodb import TABLE, new_sku
from tests.support.http_api import Reply, call
from tests.support.outbox import events_with
from tests.support.tokens import OPS, User
from tests.unit.api.handlers.helpers import CHOICES, available, new_product, place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

ME = "/v1/customers/me"
PREFERENCES = "/v1/customers/me/preferences"
ADDRESS = {"street": "Ringvägen 1", "postal_code": "118 60", "city": "Stockholm", "country": "SE"}
TOLD = {"name": "Åsa Öberg", "email": "Asa@Example.com", "phone": "+46701234567", "addresses": [ADDRESS]}


def somebody() -> User:
    """A customer whom no other test knows."""
    return User(f"cust-{new_id()}")


def change(user: User, changes: object, version: str = "*") -> Reply:
    headers = {"If-Match": version, "Content-Type": "application/merge-patch+json"}
    return call("PATCH", ME, user, headers=headers, json_body=changes)


def choose(user: User, choices: object, version: str = "*") -> Reply:
    return call("PUT", PREFERENCES, user, headers={"If-Match": version}, json_body=choices)


def kept(client: "DynamoDBClient", user: User) -> list[dict[str, Any]]:
    """The items of a customer, as the table holds them."""
    answer = client.query(
        TableName=TABLE,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": f"CUST#{user.subject}"}},
    )
    return list(answer["Items"])


def test_who_has_told_nothing_has_an_empty_profile() -> None:
    user = somebody()
    reply = call("GET", ME, user)
    assert (reply.status, reply.body) == (200, {"id": user.subject, "addresses": []})
    assert (reply.headers["ETag"], reply.headers["Cache-Control"]) == ('"0"', "no-store")


def test_what_was_told_is_read_back() -> None:
    user = somebody()
    changed = change(user, TOLD, '"0"')
    read = call("GET", ME, user)
    assert (changed.status, changed.headers["ETag"]) == (200, '"1"')
    assert (read.body, read.headers["ETag"]) == (changed.body, '"1"')
    assert {name: read.body[name] for name in TOLD} == TOLD
    assert call("GET", ME, user, headers={"If-None-Match": '"1"'}).status == 304


def test_a_merge_patch_forgets_what_is_null_and_leaves_what_it_does_not_name() -> None:
    user = somebody()
    change(user, TOLD)
    changed = change(user, {"phone": None, "name": "Åsa Ek"})
    assert changed.body["name"] == "Åsa Ek"
    assert "phone" not in changed.body
    assert (changed.body["email"], changed.body["addresses"]) == (TOLD["email"], [ADDRESS])
    assert change(user, {"addresses": None}).body["addresses"] == []
    assert change(user, {}).headers["ETag"] == '"4"'


def test_a_change_needs_the_version_that_it_was_made_against() -> None:
    user = somebody()
    headers = {"Content-Type": "application/merge-patch+json"}
    assert call("PATCH", ME, user, headers=headers, json_body=TOLD).problem == "precondition-required"
    change(user, TOLD)
    stale = change(user, {"name": "Eve"}, '"0"')
    assert (stale.status, stale.problem) == (412, "precondition-failed")
    assert call("PUT", PREFERENCES, user, json_body=CHOICES).status == 428
    assert choose(user, CHOICES, '"1"').status == 412
    assert call("GET", ME, user).body["name"] == TOLD["name"]


def test_only_a_merge_patch_is_taken() -> None:
    reply = call("PATCH", ME, somebody(), headers={"If-Match": "*"}, json_body=TOLD)
    assert (reply.status, reply.problem) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"email": "not an address"}, "/email"),
        ({"email": "a@b"}, "/email"),
        ({"phone": "0701234567"}, "/phone"),
        ({"name": ""}, "/name"),
        ({"id": "somebody-else"}, "/id"),
        ({"addresses": [ADDRESS] * 6}, "/addresses"),
        ({"addresses": [{**ADDRESS, "country": "Sweden"}]}, "/addresses/0/country"),
    ],
)
def test_what_is_not_as_promised_is_pointed_at_and_not_repeated(changes: dict[str, Any], pointer: str) -> None:
    reply = change(somebody(), changes)
    assert (reply.status, reply.body["errors"][0]["pointer"]) == (400, pointer)
    assert all(str(value) not in json.dumps(reply.body) for value in changes.values() if value)


def test_preferences_are_the_shops_own_until_the_customer_chooses() -> None:
    user = somebody()
    first = call("GET", PREFERENCES, user)
    assert (first.body, first.headers["ETag"]) == ({"language": "en", "currency": "EUR", "newsletter": False}, '"0"')
    assert (choose(user, CHOICES, '"0"').status, choose(user, CHOICES, '"1"').headers["ETag"]) == (200, '"2"')
    assert call("GET", PREFERENCES, user).body == CHOICES
    assert call("GET", PREFERENCES, user, headers={"If-None-Match": '"2"'}).status == 304


def test_customers_see_their_own_alone() -> None:
    change(somebody(), TOLD)
    assert "name" not in call("GET", ME, somebody()).body
    assert call("GET", ME).status == 401


def test_nothing_that_was_told_stands_in_the_table(stage: "DynamoDBClient") -> None:
    user = somebody()
    change(user, TOLD)
    text = json.dumps(kept(stage, user), default=repr, ensure_ascii=False).casefold()
    told = (TOLD["name"], TOLD["email"], TOLD["phone"], *ADDRESS.values())
    assert [value for value in told if len(str(value)) > 2 and str(value).casefold() in text] == []


def test_operators_find_a_customer_by_mail_and_learn_nothing_else() -> None:
    user = somebody()
    address = f"{user.subject}@example.com"
    change(user, {"email": address.upper()})
    found = call("POST", "/v1/customers/lookups", OPS, json_body={"email": address})
    assert (found.status, found.body) == (200, {"items": [{"id": user.subject}]})
    assert call("POST", "/v1/customers/lookups", user, json_body={"email": address}).status == 403
    change(user, {"email": None})
    assert call("POST", "/v1/customers/lookups", OPS, json_body={"email": address}).body == {"items": []}


def account_of(user: User) -> str:
    """Make the user's account in the pool; its name."""
    username = f"{user.subject}@example.com"
    boto3.client("cognito-idp").admin_create_user(UserPoolId=os.environ["USER_POOL_ID"], Username=username)
    return username


def test_an_erased_customer_is_forgotten(stage: "DynamoDBClient") -> None:
    user = somebody()
    username = account_of(user)
    change(user, {**TOLD, "email": username})
    choose(user, CHOICES)
    erased = call("DELETE", ME, user)
    assert (erased.status, erased.body) == (202, None)
    assert [call("GET", path, user).problem for path in (ME, PREFERENCES)] == ["not-found"] * 2
    assert [change(user, TOLD).problem, choose(user, CHOICES).problem] == ["not-found"] * 2
    assert call("POST", "/v1/customers/lookups", OPS, json_body={"email": username}).body == {"items": []}
    attributes = {frozenset(item) for item in kept(stage, user)}
    assert attributes == {
        frozenset({"PK", "SK", "entity", "customer_id", "erased_at"}),
        frozenset({"PK", "SK", "entity", "erased_at"}),
    }
    pool = boto3.client("cognito-idp")
    with pytest.raises(pool.exceptions.UserNotFoundException):
        pool.admin_get_user(UserPoolId=os.environ["USER_POOL_ID"], Username=username)


def test_who_is_forgotten_orders_nothing_more_and_still_reads_what_is_theirs() -> None:
    user, sku = somebody(), new_product(5)
    order = place((sku, 1), user=user).body["id"]
    assert call("DELETE", ME, user).status == 202
    refused = place((sku, 1), user=user)
    assert (refused.status, refused.problem, available(sku)) == (403, "forbidden", 4)
    assert call("GET", f"/v1/orders/{order}", user).status == 200


def test_who_is_forgotten_claims_nothing_more() -> None:
    user, sku = somebody(), new_product(5)
    path = f"/v1/orders/{place((sku, 1), user=user).body['id']}/claims"
    assert call("POST", path, user, key=new_sku(), json_body={"reason": "DAMAGED"}).status == 201
    assert call("DELETE", ME, user).status == 202
    refused = call("POST", path, user, key=new_sku(), json_body={"reason": "DAMAGED"})
    assert (refused.status, refused.problem) == (403, "forbidden")


def test_who_never_told_anything_can_be_forgotten_too() -> None:
    user = somebody()
    assert [call("DELETE", ME, user).status for _ in range(2)] == [202, 202]
    assert call("GET", ME, user).status == 404


def test_erasing_again_tells_the_world_nothing_new(stage: "DynamoDBClient") -> None:
    user = somebody()
    change(user, TOLD)
    for _ in range(3):
        assert call("DELETE", ME, user).status == 202
    events = events_with(stage, user.subject, "CustomerErased")
    assert [event["data"]["customer_id"] for _, event in events] == [user.subject]


def test_erasing_takes_no_body() -> None:
    assert call("DELETE", ME, somebody(), json_body={}).status == 400
