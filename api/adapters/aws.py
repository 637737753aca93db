"""AWS clients: made once per environment, on first use, with times that fit behind a gateway.

A gateway answers after 29 s and a function ends sooner, so the SDK's own minute of patience would only hide a stuck
connection: one second to connect, two to read, three attempts with the jitter of botocore's standard mode.
"""

from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from api.adapters.dead_letters import Sqs
    from api.adapters.notices import Topic
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
