"""The user pool's triggers, event in, event out, on an emulated table and an emulated pool."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError

from api.adapters import keys
from api.adapters.attributes import typed
from api.adapters.customers import DynamoCustomers
from api.adapters.sources import new_id
from api.handlers import identity
from api.handlers.customer_services import customers
from tests.support import events
from tests.support.dynamodb import TABLE
from tests.support.http_api import call
from tests.support.logged import Logged
from tests.support.outbox import events_with
from tests.support.tokens import OPS, User
from tests.unit.api.handlers.helpers import signed_up

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

GIVEN = {"email": "Ann@Example.com", "name": "Ann", "phone_number": "+46701234567"}


def trigger(source: str, subject: str, *groups: str, username: str = "", **attributes: str) -> dict[str, Any]:
    """An event as Cognito sends it."""
    return {
        "version": "2",
        "triggerSource": source,
        "region": "eu-west-1",
        "userPoolId": os.environ["USER_POOL_ID"],
        "userName": username or subject,
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "exampleclient"},
        "request": {
            "userAttributes": {"sub": subject, "cognito:user_status": "CONFIRMED", **attributes},
            "groupConfiguration": {"groupsToOverride": list(groups), "iamRolesToOverride": [], "preferredRole": None},
            "scopes": ["aws.cognito.signin.user.admin"],
        },
        "response": {},
    }


def ask(event: dict[str, Any]) -> dict[str, Any]:
    return identity.handler(event, events.context())


def somebody() -> User:
    return User(f"cust-{new_id()}")


def block(user: User, *, blocked: bool = True) -> None:
    path = f"/v1/customers/{user.subject}/standing"
    assert call("PUT", path, OPS, json_body={"blocked": blocked}).body == {"id": user.subject, "blocked": blocked}


def registrations(client: "DynamoDBClient", user: User) -> int:
    """How often the world was told of the customer."""
    told = events_with(client, user.subject, "CustomerRegistered")
    return [detail["data"]["customer_id"] for _, detail in told].count(user.subject)


SIGN_INS = ("PreAuthentication_Authentication", "TokenGeneration_Authentication", "TokenGeneration_RefreshTokens")


@pytest.mark.parametrize("source", SIGN_INS)
def test_who_is_blocked_gets_in_nowhere_until_they_are_let_in_again(source: str) -> None:
    user = signed_up()
    assert ask(trigger(source, user.subject))
    block(user)
    with pytest.raises(identity.SignInRefused, match="blocked"):
        ask(trigger(source, user.subject))
    block(user, blocked=False)
    assert ask(trigger(source, user.subject))


def test_only_operators_block() -> None:
    path = f"/v1/customers/{somebody().subject}/standing"
    assert call("PUT", path, somebody(), json_body={"blocked": True}).status == 403
    assert call("PUT", "/v1/customers/a%00b/standing", OPS, json_body={"blocked": True}).status == 404


@pytest.mark.parametrize("blocked", [True, False])
def test_nobody_can_be_blocked_who_is_not_there(stage: "DynamoDBClient", blocked: bool) -> None:
    nobody = somebody()
    reply = call("PUT", f"/v1/customers/{nobody.subject}/standing", OPS, json_body={"blocked": blocked})
    assert (reply.status, reply.body["type"]) == (404, "/problems/not-found")
    assert "Item" not in stage.get_item(TableName=TABLE, Key=typed(dict(keys.standing(nobody.subject))))


def test_a_number_in_capitals_is_nobody_s() -> None:
    path = f"/v1/customers/{signed_up().subject.upper()}/standing"
    assert call("PUT", path, OPS, json_body={"blocked": True}).status == 404


def test_who_has_left_can_not_be_blocked_or_let_in() -> None:
    user = signed_up()
    block(user)
    boto3.client("cognito-idp").admin_delete_user(UserPoolId=os.environ["USER_POOL_ID"], Username=user.subject)
    path = f"/v1/customers/{user.subject}/standing"
    assert call("PUT", path, OPS, json_body={"blocked": False}).status == 404


@pytest.mark.parametrize("source", SIGN_INS)
def test_a_table_that_does_not_answer_locks_nobody_out(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: DynamoCustomers, customer: str) -> bool:
        raise ReadTimeoutError(endpoint_url=f"http://127.0.0.1/{customer}")

    monkeypatch.setattr(DynamoCustomers, "is_blocked", broken)
    assert ask(trigger(source, somebody().subject))["triggerSource"] == source


def test_a_new_customer_gets_a_profile_once(stage: "DynamoDBClient", capsys: pytest.CaptureFixture[str]) -> None:
    user = somebody()
    for _ in range(2):
        event = trigger("PostConfirmation_ConfirmSignUp", user.subject, **GIVEN)
        assert ask(event) == event
    assert capsys.readouterr().out.count('"CustomerRegistered":1') == 1
    reply = call("GET", "/v1/customers/me", user)
    told = {name: reply.body[name] for name in ("name", "email", "phone")}
    assert told == {"name": "Ann", "email": "Ann@Example.com", "phone": "+46701234567"}
    assert (reply.headers["ETag"], registrations(stage, user)) == ('"1"', 1)


@pytest.mark.parametrize("name", [" x", "A\u202enn", "A\u0085nn"], ids=ascii)
def test_what_fits_no_profile_is_left_out(name: str) -> None:
    user = somebody()
    ask(trigger("PostConfirmation_ConfirmSignUp", user.subject, email="a@b", name=name, phone_number="0701"))
    assert call("GET", "/v1/customers/me", user).body["addresses"] == []
    assert not {"name", "email", "phone"} & set(call("GET", "/v1/customers/me", user).body)


def test_a_changed_password_registers_nobody(stage: "DynamoDBClient") -> None:
    user = somebody()
    ask(trigger("PostConfirmation_ConfirmForgotPassword", user.subject, **GIVEN))
    assert registrations(stage, user) == 0
    assert call("GET", "/v1/customers/me", user).headers["ETag"] == '"0"'


def test_an_erased_customer_is_not_registered_again(stage: "DynamoDBClient") -> None:
    user = somebody()
    call("DELETE", "/v1/customers/me", user)
    ask(trigger("PostConfirmation_ConfirmSignUp", user.subject, **GIVEN))
    assert call("GET", "/v1/customers/me", user).status == 404
    assert registrations(stage, user) == 0


def overridden(event: dict[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = ask(event)["response"]["claimsAndScopeOverrideDetails"]
    return details


def test_tokens_say_which_customer_they_stand_for() -> None:
    user = somebody()
    details = overridden(trigger("TokenGeneration_Authentication", user.subject, "testers"))
    for kind in ("idTokenGeneration", "accessTokenGeneration"):
        assert details[kind]["claimsToAddOrOverride"] == {"customer_id": user.subject}
    assert details["accessTokenGeneration"]["scopesToAdd"] == []
    assert details["groupOverrideDetails"] == {"groupsToOverride": ["testers"]}


@pytest.fixture
def account() -> Iterator[str]:
    """An account in the pool; its name."""
    username = f"{new_id().lower()}@example.com"
    pool, pool_id = boto3.client("cognito-idp"), os.environ["USER_POOL_ID"]
    pool.admin_create_user(UserPoolId=pool_id, Username=username, MessageAction="SUPPRESS")
    yield username
    pool.admin_delete_user(UserPoolId=pool_id, Username=username)


def enrol(username: str) -> None:
    """Let the account sign in with one-time passwords from now on."""
    boto3.client("cognito-idp").admin_set_user_mfa_preference(
        UserPoolId=os.environ["USER_POOL_ID"],
        Username=username,
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
    )


def test_an_operator_without_a_second_factor_is_none(account: str) -> None:
    event = trigger("TokenGeneration_Authentication", somebody().subject, "ops", "testers", username=account)
    details = overridden(event)
    assert details["groupOverrideDetails"] == {"groupsToOverride": ["testers"]}
    assert details["accessTokenGeneration"]["scopesToAdd"] == []


def test_an_operator_with_one_is_and_may_operate(account: str) -> None:
    enrol(account)
    details = overridden(trigger("TokenGeneration_Authentication", somebody().subject, "ops", username=account))
    assert details["groupOverrideDetails"] == {"groupsToOverride": ["ops"]}
    assert details["accessTokenGeneration"]["scopesToAdd"] == ["orders/operate"]
    assert "scopesToAdd" not in details["idTokenGeneration"]


def test_an_operator_whom_the_pool_does_not_vouch_for_is_none() -> None:
    details = overridden(
        trigger("TokenGeneration_Authentication", somebody().subject, "ops", username="nobody@example")
    )
    assert details["groupOverrideDetails"] == {"groupsToOverride": []}


def test_a_trigger_of_another_kind_is_let_through() -> None:
    event = trigger("CustomMessage_SignUp", somebody().subject)
    assert ask(event) == event


def test_what_breaks_is_raised_without_a_word_about_it(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    event = trigger("PostConfirmation_ConfirmSignUp", somebody().subject, **GIVEN)
    monkeypatch.setenv("TABLE_NAME", "no-such-table")
    customers.cache_clear()
    with pytest.raises(identity.TriggerFailed) as failed:
        ask(event)
    customers.cache_clear()
    assert failed.value.__cause__ is None
    said = logged.getvalue()
    assert [value for value in GIVEN.values() if value in f"{failed.value}{said}"] == []
    assert '"failed"' in said
