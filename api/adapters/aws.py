"""AWS clients: made once per environment, on first use, with times that fit behind a gateway.

A gateway answers after 29 s and a function ends sooner, so the SDK's own minute of patience would only hide a stuck
connection: one second to connect, two to read, three attempts with the jitter of botocore's standard mode.
"""

from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient

    from api.adapters.dead_letters import Sqs
    from api.adapters.notices import Topic
    from api.adapters.payment_work import Queues

    class Messages(Sqs, Queues, Protocol):
        """As much of boto3's SQS client as is used, by all of our adapters together."""


PATIENCE: Final = Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3}, tcp_keepalive=True
)

HURRY: Final = Config(
    connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2}, tcp_keepalive=True
)
"""For the user pool's triggers, which have five seconds for everything: an answer or a failure within three."""


@cache
def dynamodb() -> "DynamoDBClient":
    """The DynamoDB client of this environment."""
    return boto3.client("dynamodb", config=PATIENCE)


@cache
def sqs() -> "Messages":
    """The SQS client of this environment."""
    client: Messages = boto3.client("sqs", config=PATIENCE)
    return client


@cache
def sns() -> "Topic":
    """The SNS client of this environment."""
    client: Topic = boto3.client("sns", config=PATIENCE)
    return client


@cache
def kms() -> "KMSClient":
    """The KMS client of this environment."""
    return boto3.client("kms", config=PATIENCE)


@cache
def cognito() -> "CognitoIdentityProviderClient":
    """The client of this environment for the user pool."""
    return boto3.client("cognito-idp", config=PATIENCE)


@cache
def hurried_dynamodb() -> "DynamoDBClient":
    """The DynamoDB client of a trigger."""
    return boto3.client("dynamodb", config=HURRY)


@cache
def hurried_kms() -> "KMSClient":
    """The KMS client of a trigger."""
    return boto3.client("kms", config=HURRY)


@cache
def hurried_cognito() -> "CognitoIdentityProviderClient":
    """A trigger's client for the user pool that asks it."""
    return boto3.client("cognito-idp", config=HURRY)
