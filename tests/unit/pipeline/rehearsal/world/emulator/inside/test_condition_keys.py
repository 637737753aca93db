"""Requests bring their encryption context, the version of a secret or their leading keys, and otherwise nothing."""

import json

import pytest

from pipeline.rehearsal.world.emulator.inside.condition_keys import of_request, of_resource, of_upload

TABLES = "arn:aws:dynamodb:eu-west-1:111111111111:table"
KEYS = {"orders": "PK", "circuits": "id"}


def key_of(table: str, _index: str | None) -> str | None:
    return KEYS.get(table)


def told(service: str, request: object) -> dict[str, object]:
    return of_request(service, json.dumps(request).encode(), key_of)


def test_metrics_are_put_into_the_namespace_that_they_name() -> None:
    assert told("monitoring", {"Namespace": "Orders", "MetricData": []}) == {"cloudwatch:namespace": "Orders"}
    assert told("monitoring", {"Namespace": 7}) == told("monitoring", {}) == {}


def test_an_encryption_context_is_told_pair_by_pair_and_by_its_names() -> None:
    context = {"stage": "beta", "field": "email"}
    assert told("kms", {"KeyId": "k", "EncryptionContext": context}) == {
        "kms:EncryptionContext:stage": "beta",
        "kms:EncryptionContext:field": "email",
        "kms:EncryptionContextKeys": ["stage", "field"],
    }


@pytest.mark.parametrize("request_body", [{}, {"EncryptionContext": {}}, {"EncryptionContext": "stage"}, [], "x"])
def test_without_a_context_there_are_no_such_keys(request_body: object) -> None:
    assert told("kms", request_body) == {}


@pytest.mark.parametrize("body", [b"", b"\xff", b"{"])
def test_a_body_that_is_no_document_says_nothing(body: bytes) -> None:
    assert of_request("kms", body, key_of) == {}


def test_each_table_has_the_leading_keys_that_were_named_of_it() -> None:
    batch = {"orders": {"Keys": [{"PK": {"S": "ORD#1"}}]}, "circuits": {"Keys": [{"id": {"S": "psp"}}]}}
    context = {"dynamodb:Select": "ALL_ATTRIBUTES", **told("dynamodb", {"RequestItems": batch})}
    assert of_resource(context, f"{TABLES}/orders") == {
        "dynamodb:Select": "ALL_ATTRIBUTES",
        "dynamodb:LeadingKeys": ["ORD#1"],
    }
    assert of_resource(context, f"{TABLES}/circuits")["dynamodb:LeadingKeys"] == ["psp"]
    assert of_resource(context, f"{TABLES}/others") == {"dynamodb:Select": "ALL_ATTRIBUTES"}


def test_a_request_for_a_secret_tells_the_version_that_it_asks_for() -> None:
    assert told("secretsmanager", {"SecretId": "s", "VersionStage": "AWSCURRENT"}) == {
        "secretsmanager:VersionStage": "AWSCURRENT"
    }
    assert told("secretsmanager", {"SecretId": "s", "VersionId": 1}) == {}


def test_other_services_are_told_nothing_more() -> None:
    assert told("sqs", {"EncryptionContext": {"stage": "beta"}, "TableName": "orders"}) == {}
    assert of_resource({"aws:TagKeys": ["a"]}, "*") == {"aws:TagKeys": ["a"]}


@pytest.mark.parametrize("header", ["x-amz-server-side-encryption-aws-kms-key-id", "x-amz-storage-class"])
def test_an_upload_tells_the_key_of_kms_and_the_storage_class_that_it_asks_for(header: str) -> None:
    assert of_upload("s3:PutObject", {header: "k", "content-type": "a"}) == {f"s3:{header}": "k"}
    assert of_upload("s3:PutObject", {}) == {}
    assert of_upload("s3:GetObject", {header: "k"}) == {}


def test_a_write_that_is_conditional_says_so() -> None:
    assert of_upload("s3:PutObject", {"if-none-match": "*", "host": "s3"}) == {"s3:if-none-match": "*"}
    assert of_upload("s3:PutObject", {"host": "s3"}) == of_upload("s3:GetObject", {"if-none-match": "*"}) == {}
