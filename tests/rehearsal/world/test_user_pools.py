"""User pools and their triggers. Source: Amazon Cognito developer guide, the section of each trigger."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.rehearsal.world.account import Account
from tests.rehearsal.world.templates import att, ref, released, resource, template
from tests.support.one_time_passwords import one_time_password

pytestmark = pytest.mark.emulator

PASSWORD = "aA1!one-long-enough"
TRIGGER = """
import boto3, json, os
def handler(event, context):
    source, attributes = event["triggerSource"], event["request"]["userAttributes"]
    print(json.dumps({"asked": source, "of": attributes["email"], "as": context.invoked_function_arn}))
    if attributes["email"].startswith("blocked") and source.startswith("PreAuthentication"):
        raise ValueError("You are blocked")
    if attributes["email"].startswith("tokenless") and source.startswith("TokenGeneration"):
        raise ValueError("No token for you")
    if source.startswith("TokenGeneration"):
        pool = boto3.client("cognito-idp")
        user = pool.admin_get_user(UserPoolId=event["userPoolId"], Username=event["userName"])
        groups = ["ops"] if "SOFTWARE_TOKEN_MFA" in user.get("UserMFASettingList", []) else []
        claims = {"customer_id": attributes["sub"]}
        event["response"] = {"claimsAndScopeOverrideDetails": {
            "accessTokenGeneration": {"claimsToAddOrOverride": claims, "scopesToAdd": ["a/b"]},
            "groupOverrideDetails": {"groupsToOverride": groups}}}
    return event
"""


@dataclass(frozen=True)
class Pool:
    """A pool with a client and the trigger."""

    account: Account
    id: str
    client_id: str

    @property
    def api(self) -> Any:
        return self.account.client("cognito-idp")

    def user(self, name: str, *groups: str) -> str:
        """A user who can sign in with PASSWORD; their name."""
        username = f"{name}@example.com"
        given = [{"Name": "email", "Value": username}]
        self.api.admin_create_user(UserPoolId=self.id, Username=username, UserAttributes=given)
        self.api.admin_set_user_password(UserPoolId=self.id, Username=username, Password=PASSWORD, Permanent=True)
        for group in groups:
            self.api.admin_add_user_to_group(UserPoolId=self.id, Username=username, GroupName=group)
        return username

    def sign_in(self, username: str) -> Any:
        return self.api.admin_initiate_auth(
            UserPoolId=self.id,
            ClientId=self.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
        )

    def access(self, username: str) -> str:
        return str(self.sign_in(username)["AuthenticationResult"]["AccessToken"])


@pytest.fixture
def pool(account: Account) -> Pool:
    trigger = ref("Live")
    config = {
        "PreAuthentication": trigger,
        "PostConfirmation": trigger,
        "PreTokenGenerationConfig": {"LambdaArn": trigger, "LambdaVersion": "V2_0"},
    }
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    parts = {
        **released(1, TRIGGER),
        "Users": resource(
            "Cognito::UserPool",
            UserPoolName="users",
            UsernameAttributes=["email"],
            LambdaConfig=config,
            MfaConfiguration="OPTIONAL",
            EnabledMfas=["SOFTWARE_TOKEN_MFA"],
        ),
        "Ops": resource("Cognito::UserPoolGroup", GroupName="ops", UserPoolId=ref("Users")),
        "Client": resource("Cognito::UserPoolClient", UserPoolId=ref("Users"), ExplicitAuthFlows=flows),
    }
    stack = account.deploy(template(parts, Pool=ref("Users"), Client=ref("Client"), Arn=att("Users", "Arn")))
    assert stack.status == "CREATE_COMPLETE", stack.failures()
    return Pool(account, stack.outputs["Pool"], stack.outputs["Client"])


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_a_trigger_before_the_sign_in_may_refuse_it(pool: Pool) -> None:
    with pytest.raises(pool.api.exceptions.UserLambdaValidationException) as refused:
        pool.sign_in(pool.user("blocked"))
    said = refused.value.response["Error"]["Message"]
    assert said == "PreAuthentication failed with error You are blocked."
    assert "AuthenticationResult" in pool.sign_in(pool.user("welcome"))


def test_a_trigger_before_tokens_may_refuse_them(pool: Pool) -> None:
    with pytest.raises(pool.api.exceptions.UserLambdaValidationException, match="No token for you"):
        pool.sign_in(pool.user("tokenless"))


def test_tokens_say_what_their_trigger_added(pool: Pool) -> None:
    said = claims(pool.access(pool.user("ann")))
    assert said["customer_id"] == said["sub"]
    assert {"a/b", "aws.cognito.signin.user.admin"} <= set(said["scope"].split())


def test_a_trigger_decides_about_groups_by_the_second_factor(pool: Pool) -> None:
    """Enrolling needs no signature: those calls find their pool in its account by the token."""
    username = pool.user("operator", "ops")
    access = pool.access(username)
    assert claims(access).get("cognito:groups", []) == []
    secret = pool.api.associate_software_token(AccessToken=access)["SecretCode"]
    pool.api.verify_software_token(AccessToken=access, UserCode=one_time_password(secret))
    challenge = pool.sign_in(username)
    answered = pool.api.admin_respond_to_auth_challenge(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        ChallengeName=challenge["ChallengeName"],
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": username, "SOFTWARE_TOKEN_MFA_CODE": one_time_password(secret)},
    )
    assert claims(answered["AuthenticationResult"]["AccessToken"])["cognito:groups"] == ["ops"]


def test_who_signs_up_is_told_of_when_they_confirm(pool: Pool) -> None:
    pool.api.sign_up(
        ClientId=pool.client_id,
        Username="new@example.com",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "new@example.com"}],
    )
    pool.api.admin_confirm_sign_up(UserPoolId=pool.id, Username="new@example.com")
    group = next(each["logGroupName"] for each in pool.account.client("logs").describe_log_groups()["logGroups"])
    told = [
        json.loads(event["message"])
        for event in pool.account.client("logs").filter_log_events(logGroupName=group)["events"]
        if '"asked"' in event["message"]
    ]
    assert [(each["asked"], each["of"]) for each in told] == [("PostConfirmation_ConfirmSignUp", "new@example.com")]
    assert told[0]["as"].endswith(":live")
