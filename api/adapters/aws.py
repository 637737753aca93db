"""AWS clients: made once per environment, on first use, with times that fit behind a gateway.

They are botocore's, of one session that has read the credentials and what all services share once. boto3 would make
the same clients, after it has imported what it needs for resources and for files in S3.

A gateway answers after 29 s and a function ends sooner, so the SDK's own minute of patience would only hide a stuck
connection: one second to connect, two to read, three attempts with the jitter of botocore's standard mode.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.config import Config
from botocore.session import Session, get_session

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
    from api.adapters.ses_post import Ses

    class Messages(Sqs, Queues, Protocol):
        """As much of the SQS client as is used, by all of our adapters together."""


PATIENCE: Final = Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3}, tcp_keepalive=True
)

UNREPEATED: Final = PATIENCE.merge(Config(read_timeout=5, retries={"mode": "standard", "total_max_attempts": 1}))
"""For what would be done twice if it were asked for twice: who did not hear the answer leaves it to a later attempt."""

HURRY: Final = Config(
    connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2}, tcp_keepalive=True
)
"""For the user pool's triggers, which have five seconds for everything: an answer or a failure within three."""

NAMED: Final = Config(user_agent="orders")
"""What requests say they are from. Left to itself, botocore gathers the machine, the interpreter and each feature that
a call used anew for every attempt, twice: 0.36 ms of a whole core, which is more than signing takes."""

SIGNING: Final = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
"""Of S3, as links are signed: left to itself, botocore signs them by a version that knows no KMS, for no one region."""


@cache
def session() -> Session:
    """The session of this environment."""
    return get_session()


def _client(service: str, patience: Config, **credentials: Any) -> Any:
    """A client of the session; without `credentials` with those of the function itself."""
    return session().create_client(service, config=patience.merge(NAMED), **credentials)


@cache
def dynamodb() -> "DynamoDBClient":
    """The DynamoDB client of this environment."""
    client: DynamoDBClient = _client("dynamodb", PATIENCE)
    return client


@cache
def sqs() -> "Messages":
    """The SQS client of this environment."""
    client: Messages = _client("sqs", PATIENCE)
    return client


@cache
def sns() -> "Topic":
    """The SNS client of this environment."""
    client: Topic = _client("sns", PATIENCE)
    return client


@cache
def s3() -> "S3Client":
    """The S3 client of this environment."""
    client: S3Client = _client("s3", PATIENCE.merge(SIGNING))
    return client


@cache
def ses() -> "Ses":
    """The SES client of this environment, of API version 2."""
    client: Ses = _client("sesv2", UNREPEATED)
    return client


@cache
def kms() -> "KMSClient":
    """The KMS client of this environment."""
    client: KMSClient = _client("kms", PATIENCE)
    return client


@cache
def cognito() -> "CognitoIdentityProviderClient":
    """The client of this environment for the user pool."""
    client: CognitoIdentityProviderClient = _client("cognito-idp", PATIENCE)
    return client


@cache
def hurried_dynamodb() -> "DynamoDBClient":
    """The DynamoDB client of a trigger."""
    client: DynamoDBClient = _client("dynamodb", HURRY)
    return client


@cache
def hurried_kms() -> "KMSClient":
    """The KMS client of a trigger."""
    client: KMSClient = _client("kms", HURRY)
    return client


@cache
def hurried_cognito() -> "CognitoIdentityProviderClient":
    """A trigger's client for the user pool that asks it."""
    client: CognitoIdentityProviderClient = _client("cognito-idp", HURRY)
    return client


def dynamodb_lent(lent: "Lent") -> "DynamoDBClient":
    """A DynamoDB client with credentials that STS has lent; of the one session, which has read the service's model."""
    client: DynamoDBClient = _client(
        "dynamodb",
        PATIENCE,
        aws_access_key_id=lent.access_key,
        aws_secret_access_key=lent.secret_key,
        aws_session_token=lent.token,
    )
    return client


@cache
def sts() -> "STSClient":
    """The STS client of this environment."""
    client: STSClient = _client("sts", PATIENCE)
    return client


@cache
def apigateway() -> Any:
    """The client of this environment for API Gateway's control plane."""
    return _client("apigateway", PATIENCE)


@cache
def secretsmanager() -> Any:
    """The Secrets Manager client of this environment."""
    return _client("secretsmanager", PATIENCE)
