"""AWS clients: made once per environment, on first use, with times that fit behind a gateway.

A gateway answers after 29 s and a function ends sooner, so the SDK's own minute of patience would only hide a stuck
connection: one second to connect, two to read, three attempts with the jitter of botocore's standard mode.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
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
def s3() -> "S3Client":
    """The S3 client of this environment."""
    return boto3.client("s3", config=PATIENCE)


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
