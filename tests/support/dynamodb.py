"""A stage's data on the emulator: tables, secret, and the environment that points the handlers at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
import pytest
from ulid import ULID

from api.adapters import aws
from api.handlers import customer_services, services, settings
from tests.support.emulator import Emulator

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "orders"
IDEMPOTENCY_TABLE = "idempotency"


def make_table(client: "DynamoDBClient", name: str = TABLE) -> str:
    """The one table, with its index, as the stack makes it."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("PK", "SK", "GSI1PK", "GSI1SK")],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "GSI1",
                "KeySchema": [
                    {"AttributeName": "GSI1PK", "KeyType": "HASH"},
                    {"AttributeName": "GSI1SK", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return name


def make_idempotency_table(client: "DynamoDBClient", name: str = IDEMPOTENCY_TABLE) -> str:
    """The table of Powertools' idempotency records."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    return name


def make_user_pool() -> str:
    """A user pool whose users sign in by e-mail; its id."""
    answer = boto3.client("cognito-idp").create_user_pool(PoolName="orders", UsernameAttributes=["email"])
    return answer["UserPool"]["Id"]


@contextmanager
def stage_on(emulator: Emulator) -> Iterator["DynamoDBClient"]:
    """Make a stage's data and point this process's handlers at it; yields a client of the same account."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**emulator.environment(), **_function_environment()}.items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        forget_services()
        client = aws.dynamodb()
        make_table(client)
        make_idempotency_table(client)
        secret = boto3.client("secretsmanager").create_secret(Name="cursor", SecretString="k" * 64)
        patch.setenv("CURSOR_SECRET_ARN", secret["ARN"])
        index = boto3.client("secretsmanager").create_secret(Name="email-index", SecretString="e" * 64)
        patch.setenv("EMAIL_INDEX_SECRET_ARN", index["ARN"])
        patch.setenv("FIELD_KEY_ARN", boto3.client("kms").create_key()["KeyMetadata"]["Arn"])
        patch.setenv("USER_POOL_ID", make_user_pool())
        yield client
    forget_services()


def forget_services() -> None:
    """Make the next request read the environment anew."""
    for client in (aws.dynamodb, aws.kms, aws.cognito, aws.hurried_dynamodb, aws.hurried_kms, aws.hurried_cognito):
        client.cache_clear()
    for remembered in (services.services, settings.settings):
        remembered.cache_clear()
    for made in (customer_services.customer_services, customer_services.customers):
        made.cache_clear()


def new_sku(prefix: str = "T") -> str:
    """A product number that no other test has."""
    return f"{prefix}-{ULID()}"


def count_items(client: "DynamoDBClient", partition: str) -> int:
    """How many items a partition of the table holds."""
    answer = client.query(
        TableName=TABLE,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": partition}},
        Select="COUNT",
    )
    return answer["Count"]


def _function_environment() -> dict[str, str]:
    return {
        "TABLE_NAME": TABLE,
        "IDEMPOTENCY_TABLE_NAME": IDEMPOTENCY_TABLE,
        "CLAIMS_BUCKET_NAME": "claims",
        "STAGE": "beta",
        "POWERTOOLS_SERVICE_NAME": "orders",
        "POWERTOOLS_METRICS_NAMESPACE": "Orders",
        "AWS_LAMBDA_FUNCTION_VERSION": "7",
    }
