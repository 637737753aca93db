"""Users of a stage's user pool that exist for one test run: made and deleted through Cognito's admin API.

Never in prod: its user pool has no sign-in that such users could use, and its gates ask for none.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.support.masked import Masked

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

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


def admin() -> "CognitoIdentityProviderClient":
    """A client of the pool's admin API, as the environment says where.

    Gates run in the pipeline's account and the pool stands in the stage's, which names the role to act in there.
    """
    return session().client("cognito-idp", config=Config(retries={"mode": "standard", "total_max_attempts": 3}))


def session() -> boto3.Session:
    """Credentials of the stage's account: those of the tester role, where the environment names one."""
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
    """What signs a user in."""

    username: str
    password: Masked


def make_user(client: "CognitoIdentityProviderClient", pool: Pool, username: str, group: str | None) -> Credentials:
    """Make the user (or take over one that is there), with a new password that needs no change."""
    password = Masked(f"aA1!{secrets.token_urlsafe(24)}")
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
    except (ClientError, BotoCoreError) as problem:
        raise PoolUnusable(f"the user pool {pool.pool_id} did not make {username}: {problem}") from problem
    return Credentials(username, password)


def sign_in(client: "CognitoIdentityProviderClient", pool: Pool, name: str, credentials: Credentials) -> SignedIn:
    """Fresh tokens for the user; PoolUnusable if the pool gives none."""
    try:
        answer = client.admin_initiate_auth(
            UserPoolId=pool.pool_id,
            ClientId=pool.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": credentials.username, "PASSWORD": credentials.password.reveal()},
        )
    except (ClientError, BotoCoreError) as problem:
        raise PoolUnusable(f"{credentials.username} could not sign in to {pool.pool_id}: {problem}") from problem
    tokens = answer.get("AuthenticationResult")
    if not tokens:
        raise PoolUnusable(f"{credentials.username} was asked for {answer.get('ChallengeName')} and got no tokens")
    return SignedIn(name, credentials.username, Masked(tokens["AccessToken"]), Masked(tokens["IdToken"]))
