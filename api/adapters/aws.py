"""AWS clients: made once per environment, on first use, with times that fit behind a gateway.

A gateway answers after 29 s and a function ends sooner, so the SDK's own minute of patience would only hide a stuck
connection: one second to connect, two to read, three attempts with the jitter of botocore's standard mode.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sts import STSClient

    from api.adapters.dead_letters import Sqs
    from api.adapters.notices import Topic
    from api.adapters.partner_orders import Lent
    from api.adapters.payment_work import Queues

    class Messages(Sqs, Queues, Protocol):
        """As much of boto3's SQS client as is used, by all of our adapters together."""


PATIENCE: Final = Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3}, tcp_keepalive=True
)


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


def dynamodb_lent(lent: "Lent") -> "DynamoDBClient":
    """A DynamoDB client with credentials that STS has lent; of the one session, which has read the service's model."""
    return boto3.client(
        "dynamodb",
        aws_access_key_id=lent.access_key,
        aws_secret_access_key=lent.secret_key,
        aws_session_token=lent.token,
        config=PATIENCE,
    )


@cache
def sts() -> "STSClient":
    """The STS client of this environment."""
    return boto3.client("sts", config=PATIENCE)


@cache
def apigateway() -> Any:
    """The client of this environment for API Gateway's control plane."""
    return boto3.client("apigateway", config=PATIENCE)


@cache
def secretsmanager() -> Any:
    """The Secrets Manager client of this environment."""
    return boto3.client("secretsmanager", config=PATIENCE)
