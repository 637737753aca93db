"""Users of a stage's user pool that exist for one test run: made and deleted through Cognito's admin API.

Operators among them enrol for one-time passwords, as the pool lets nobody operate without. Never in prod: its user pool
has no sign-in that such users could use, and its gates ask for none.
"""

import base64
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.support.masked import Masked
from tests.support.one_time_passwords import STEP_SECONDS, one_time_password

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef

OPS = "ops"


class PoolUnusable(Exception):
    """The user pool did not do as it was told: says which call failed and why."""


@dataclass(frozen=True)
class Pool:
    """A stage's user pool and the client that signs users in."""

    pool_id: str
    client_id: str

    @staticmethod
    def of(environ: Mapping[str, str]) -> "Pool":
        """The pool that the stage's outputs name."""
        return Pool(environ["SLIPWAY_USER_POOL_ID"], environ["SLIPWAY_USER_POOL_CLIENT_ID"])


@dataclass(frozen=True)
class SignedIn:
    """A user with fresh tokens. `name` is what tests call them, `username` what the pool calls them."""

    name: str
    username: str
    access: Masked
    identity: Masked

    @property
    def subject(self) -> str:
        """The pool's number for the user, which stands in its tokens."""
        part = self.access.reveal().split(".")[1]
        claims: dict[str, str] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return claims["sub"]


@cache
def admin() -> "CognitoIdentityProviderClient":
    """A client of the pool's admin API, as the environment says where.

    Gates run in the pipeline's account and the pool stands in the stage's, which names the role to act in there.
    """
    return session().client("cognito-idp", config=Config(retries={"mode": "standard", "total_max_attempts": 3}))


@cache
def session() -> boto3.Session:
    """Credentials of the stage's account: those of the tester role, where the environment names one.

    Made once, as a session reads what it knows of all of AWS, which takes longer than a hundred requests.
    """
    tester = os.environ.get("SLIPWAY_TESTER_ROLE_ARN")
    return _acting_as(tester) if tester else boto3.Session()


def _acting_as(role: str) -> boto3.Session:
    lent = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="slipway-gate")["Credentials"]
    return boto3.Session(
        aws_access_key_id=lent["AccessKeyId"],
        aws_secret_access_key=lent["SecretAccessKey"],
        aws_session_token=lent["SessionToken"],
    )


@contextmanager
def temporary_users(pool: Pool, groups: Mapping[str, str | None]) -> Iterator[dict[str, SignedIn]]:
    """Users by the names in `groups` (name to group, or None), signed in; deleted at the end, however it comes.

    PoolUnusable if the pool refuses.
    """
    client = admin()
    run = secrets.token_hex(6)
    usernames = {name: f"gate-{name}-{run}@example.com" for name in groups}
    made: dict[str, SignedIn] = {}
    try:
        for name, group in groups.items():
            made[name] = sign_in(client, pool, name, make_user(client, pool, usernames[name], group))
        yield made
    finally:
        for username in usernames.values():
            with suppress(ClientError, BotoCoreError):  # not made, or gone already
                client.admin_delete_user(UserPoolId=pool.pool_id, Username=username)


@dataclass(frozen=True)
class Credentials:
    """What signs a user in. `secret` makes the one-time passwords of one who is enrolled for them."""

    username: str
    password: Masked
    secret: Masked | None = None


def make_user(client: "CognitoIdentityProviderClient", pool: Pool, username: str, group: str | None) -> Credentials:
    """Make the user (or take over one that is there), with a new password that needs no change."""
    password = Masked(f"aA1!{secrets.token_urlsafe(24)}")
    credentials = Credentials(username, password)
    pool_id = pool.pool_id
    try:
        with suppress(client.exceptions.UsernameExistsException):
            client.admin_create_user(
                UserPoolId=pool_id,
                Username=username,
                MessageAction="SUPPRESS",
                UserAttributes=[
                    {"Name": "email", "Value": username},
                    {"Name": "email_verified", "Value": "true"},
                ],
            )
        client.admin_set_user_password(
            UserPoolId=pool_id, Username=username, Password=password.reveal(), Permanent=True
        )
        if group:
            client.admin_add_user_to_group(UserPoolId=pool_id, Username=username, GroupName=group)
        if group == OPS:
            credentials = _enrolled(client, pool, credentials)
    except (ClientError, BotoCoreError) as problem:
        raise PoolUnusable(f"the user pool {pool.pool_id} did not make {username}: {problem}") from problem
    return credentials


def _enrolled(client: "CognitoIdentityProviderClient", pool: Pool, credentials: Credentials) -> Credentials:
    """Enrol the user for one-time passwords, anew if they are: nobody knows the secret of an earlier run."""
    prefer = partial(client.admin_set_user_mfa_preference, UserPoolId=pool.pool_id, Username=credentials.username)
    prefer(SoftwareTokenMfaSettings={"Enabled": False})
    access = sign_in(client, pool, credentials.username, credentials).access.reveal()
    secret = client.associate_software_token(AccessToken=access)["SecretCode"]
    client.verify_software_token(AccessToken=access, UserCode=one_time_password(secret))
    prefer(SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    return Credentials(credentials.username, credentials.password, Masked(secret))


def sign_in(client: "CognitoIdentityProviderClient", pool: Pool, name: str, credentials: Credentials) -> SignedIn:
    """Fresh tokens for the user; PoolUnusable if the pool gives none."""
    try:
        answer = client.admin_initiate_auth(
            UserPoolId=pool.pool_id,
            ClientId=pool.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": credentials.username, "PASSWORD": credentials.password.reveal()},
        )
        tokens = answer.get("AuthenticationResult")
        if answer.get("ChallengeName") == "SOFTWARE_TOKEN_MFA" and credentials.secret:
            tokens = _answered(client, pool, credentials, answer["Session"])
    except (ClientError, BotoCoreError) as problem:
        raise PoolUnusable(f"{credentials.username} could not sign in to {pool.pool_id}: {problem}") from problem
    if not tokens:
        raise PoolUnusable(f"{credentials.username} was asked for {answer.get('ChallengeName')} and got no tokens")
    return SignedIn(name, credentials.username, Masked(tokens["AccessToken"]), Masked(tokens["IdToken"]))


def _answered(
    client: "CognitoIdentityProviderClient", pool: Pool, credentials: Credentials, session: str
) -> "AuthenticationResultTypeTypeDef":
    """The tokens for a one-time password. Cognito takes each once, so a used one waits for the next half minute."""
    assert credentials.secret
    for last in (False, True):
        code = one_time_password(credentials.secret.reveal())
        try:
            answer = client.admin_respond_to_auth_challenge(
                UserPoolId=pool.pool_id,
                ClientId=pool.client_id,
                ChallengeName="SOFTWARE_TOKEN_MFA",
                Session=session,
                ChallengeResponses={"USERNAME": credentials.username, "SOFTWARE_TOKEN_MFA_CODE": code},
            )
        except (client.exceptions.CodeMismatchException, client.exceptions.ExpiredCodeException):
            if last:
                raise
            time.sleep(STEP_SECONDS - time.time() % STEP_SECONDS)
        else:
            return answer["AuthenticationResult"]
    raise AssertionError("the loop returns or raises")
