"""No change replaces what holds data, or what others know by its id."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release, update

RULE = "stateful_is_not_replaced"


def keys(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


def defined(**types: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


@pytest.mark.parametrize(
    ("kind", "old", "new", "path"),
    [
        ("DynamoDB::Table", {"KeySchema": keys("PK", "SK")}, {"KeySchema": keys("pk", "SK")}, "KeySchema"),
        ("DynamoDB::Table", {"KeySchema": keys("PK", "SK")}, {"KeySchema": keys("PK")}, "KeySchema"),
        ("DynamoDB::Table", {}, {"TableName": "orders"}, "TableName"),
        ("DynamoDB::Table", {}, {"LocalSecondaryIndexes": [{"IndexName": "by-date"}]}, "LocalSecondaryIndexes"),
        (
            "DynamoDB::Table",
            {"AttributeDefinitions": defined(PK="S")},
            {"AttributeDefinitions": defined(PK="N")},
            "AttributeDefinitions.PK",
        ),
        ("S3::Bucket", {"BucketName": "orders"}, {}, "BucketName"),
        ("SQS::Queue", {"QueueName": "jobs"}, {"QueueName": "jobs-2"}, "QueueName"),
        ("Logs::LogGroup", {"LogGroupName": "/a"}, {"LogGroupName": "/b"}, "LogGroupName"),
        ("SecretsManager::Secret", {"Name": "a"}, {"Name": "b"}, "Name"),
        ("Cognito::UserPoolClient", {"GenerateSecret": False}, {"GenerateSecret": True}, "GenerateSecret"),
        ("RDS::DBCluster", {"StorageEncrypted": False}, {"StorageEncrypted": True}, "StorageEncrypted"),
        ("Events::EventBus", {"Name": "orders"}, {"Name": "order"}, "Name"),
    ],
)
def test_what_can_only_be_given_at_the_making_replaces(
    kind: str, old: dict[str, Any], new: dict[str, Any], path: str
) -> None:
    (told,) = found(RULE, update(kind, old, new))
    assert told.where == f"prod/orders:It {path}"
    assert f"the AWS::{kind}: was " in told.what


def test_other_changes_replace_nothing(real: Assembly) -> None:
    def good(document: Template) -> None:
        table = first(document, "DynamoDB::Table", "DataTable")["Properties"]
        table["AttributeDefinitions"] += defined(GSI3PK="S")
        table["GlobalSecondaryIndexes"].append({"IndexName": "GSI3", "KeySchema": keys("GSI3PK")})
        first(document, "SQS::Queue", "MailQueue")["Properties"]["VisibilityTimeout"] = 600
        first(document, "Logs::LogGroup")["Properties"]["RetentionInDays"] = 731

    changed = release(edited(real, "prod/orders", good), real)
    assert found(RULE, changed) == ()
    assert look(RULE, changed).checked > 150
