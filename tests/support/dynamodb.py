"""A stage's data on the emulator: tables, secret, and the environment that points the handlers at them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
from botocore.loaders import create_loader

from api.adapters import aws
from api.adapters.sources import new_id
from api.handlers import (
    carriers,
    customer_services,
    fulfilment,
    importer,
    imports,
    invoices,
    mail,
    notifier,
    operations,
    order_invoices,
    partner_services,
    paying,
    photographs,
    services,
    settings,
    webhooks,
)
from tests.support.emulator import Emulator

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "orders"
IDEMPOTENCY_TABLE = "idempotency"
CIRCUIT_TABLE = "circuit-state"
_LOADER = cache(create_loader)
"""Every session reads the descriptions of AWS's services: here all of them read each of them once."""
NOWHERE = "http://127.0.0.1:9"
"""An address at which nobody listens: the port is that of a service that throws away what it gets."""
KEYS = ("PK", "SK", "GSI1PK", "GSI1SK", "status", "sweep_shard", "placed_at")


def make_table(client: "DynamoDBClient", name: str = TABLE) -> str:
    """The one table, with its index, as the stack makes it."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in KEYS],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "GSI1",
                "KeySchema": [
                    {"AttributeName": "GSI1PK", "KeyType": "HASH"},
                    {"AttributeName": "GSI1SK", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "GSI2",
                "KeySchema": [
                    {"AttributeName": "status", "KeyType": "HASH"},
                    {"AttributeName": "sweep_shard", "KeyType": "HASH"},
                    {"AttributeName": "placed_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
    )
    return name


def make_circuit_table(client: "DynamoDBClient", name: str = CIRCUIT_TABLE) -> str:
    """The table of the circuits that functions share."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
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


def make_tables(client: "DynamoDBClient") -> None:
    """All of a stage's tables."""
    for make in (make_table, make_idempotency_table, make_circuit_table):
        with suppress(client.exceptions.ResourceInUseException):  # the client has asked twice: a slow answer
            make(client)


def empty_tables(client: "DynamoDBClient") -> None:
    """Leave nothing of what was in a stage's tables, as that is read through by whoever looks for events."""
    for name in (TABLE, IDEMPOTENCY_TABLE, CIRCUIT_TABLE):
        with suppress(client.exceptions.ResourceNotFoundException):
            client.delete_table(TableName=name)
    make_tables(client)


def make_user_pool() -> str:
    """A user pool whose users sign in by e-mail; its id."""
    answer = boto3.client("cognito-idp").create_user_pool(PoolName="orders", UsernameAttributes=["email"])
    return answer["UserPool"]["Id"]


@contextmanager
def stage_on(emulator: Emulator, payment_provider: str = NOWHERE) -> Iterator["DynamoDBClient"]:
    """Make a stage's data and point this process's handlers at it; yields a client of the same account.

    `payment_provider` is the address that payments are asked for at. The emulator is empty afterwards, so that it may
    bear the next stage.
    """
    told = {**emulator.environment(), **_function_environment(), "PAYMENT_PROVIDER_URL": payment_provider}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told.items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        patch.setattr(botocore.session, "create_loader", _LOADER)
        forget_environment()
        client = aws.dynamodb()
        make_tables(client)
        secrets = boto3.client("secretsmanager")
        for variable, name, letter in (
            ("CURSOR_SECRET_ARN", "cursor", "k"),
            ("PAYMENT_PROVIDER_SECRET_ARN", "provider", "k"),
            ("EMAIL_INDEX_SECRET_ARN", "email-index", "e"),
        ):
            patch.setenv(variable, secrets.create_secret(Name=name, SecretString=letter * 64)["ARN"])
        queues: Any = boto3.client("sqs")
        patch.setenv("PAYMENTS_QUEUE_URL", queues.create_queue(QueueName="payments")["QueueUrl"])
        patch.setenv("NOTICES_TOPIC_ARN", boto3.client("sns").create_topic(Name="notices")["TopicArn"])
        patch.setenv("IMPORTER_QUEUE_URL", queues.create_queue(QueueName="importer")["QueueUrl"])
        for bucket in ("claims", "imports", "invoices"):
            boto3.client("s3").create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            )
        patch.setenv("IMPORTS_KEY_ARN", boto3.client("kms").create_key()["KeyMetadata"]["Arn"])
        patch.setenv("FIELD_KEY_ARN", boto3.client("kms").create_key()["KeyMetadata"]["Arn"])
        patch.setenv("USER_POOL_ID", make_user_pool())
        boto3.client("sesv2").create_email_identity(EmailIdentity="shop.example")
        boto3.client("sesv2").create_configuration_set(ConfigurationSetName="orders-beta")
        yield client
        emulator.empty()
    forget_environment()


def forget_environment() -> None:
    """Make the next request read the environment anew, and make its clients and whatever works on them."""
    for client in (
        aws.session,
        aws.dynamodb,
        aws.kms,
        aws.cognito,
        aws.hurried_dynamodb,
        aws.hurried_kms,
        aws.hurried_cognito,
        aws.sqs,
        aws.sns,
        aws.s3,
        aws.ses,
        aws.sts,
        aws.apigateway,
        aws.secretsmanager,
    ):
        client.cache_clear()
    forget_services()


def forget_services() -> None:
    """Make the next request put its services together anew, with the clients that are there: those take long."""
    for made in (
        invoices.services,
        order_invoices.invoices,
        mail.services,
        photographs.services,
        carriers.services,
        customer_services.customer_services,
        customer_services.customers,
    ):
        made.cache_clear()
    for remembered in (
        fulfilment.services,
        importer.services,
        imports.services,
        notifier.services,
        operations.services,
        services.services,
        partner_services.partner_services,
        settings.settings,
        settings.checkout_settings,
        settings.webhook_settings,
        settings.import_settings,
        webhooks.services,
        paying.checkout,
        paying.payment_work,
    ):
        remembered.cache_clear()


def new_sku(prefix: str = "T") -> str:
    """A product number that no other test has."""
    return f"{prefix}-{new_id()}"


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
        "CIRCUIT_TABLE_NAME": CIRCUIT_TABLE,
        "CLAIMS_BUCKET_NAME": "claims",
        "IMPORTS_BUCKET_NAME": "imports",
        "INVOICES_BUCKET_NAME": "invoices",
        "MAIL_SENDER": "orders@shop.example",
        "MAIL_CONFIGURATION_SET": "orders-beta",
        "SELLER": "Tea & Mugs\n1 Example Street",
        "PARTNER_ROLE_ARN": "arn:aws:iam::222222222222:role/orders-beta-partner-data",
        "STAGE": "beta",
        "POWERTOOLS_SERVICE_NAME": "orders",
        "POWERTOOLS_METRICS_NAMESPACE": "Orders",
        "AWS_LAMBDA_FUNCTION_VERSION": "7",
    }
