"""A grant of a key for the sake of a service asks for what that service says when it uses the key."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    first,
    found,
    look,
    new_in,
    release,
    resource,
    subject,
)

RULE = "key_grants_fit_their_services"
CONTEXT = "kms:EncryptionContext"
ARN = {"Fn::GetAtt": ["Bucket", "Arn"]}
REGION = DELIVERY.stages[-1].environment.region


def joined(after: str) -> dict[str, Any]:
    return {"Fn::Join": ["", [ARN, after]]}


def things(own_key: bool, operator: str, key: str, value: Any, on: Any = None) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Action": "kms:GenerateDataKey",
        "Resource": on or {"Fn::GetAtt": ["Key", "Arn"]},
        "Condition": {operator: {key: value}},
    }
    sealed = [{"BucketKeyEnabled": own_key}]
    return {
        "Key": resource("KMS::Key"),
        "Queue": resource("SQS::Queue"),
        "Secret": resource("SecretsManager::Secret"),
        "Bucket": resource("S3::Bucket", BucketEncryption={"ServerSideEncryptionConfiguration": sealed}),
        "Role": resource("IAM::Role", Policies=[{"PolicyDocument": {"Statement": [statement]}}]),
    }


def told(*words: Any, **more: Any) -> list[str]:
    return [each.what for each in found(RULE, subject(assembly(prod=things(*words, **more)), plan=DELIVERY))]


@pytest.mark.parametrize(
    ("own_key", "operator", "key", "value", "words"),
    [
        (True, "StringEquals", f"{CONTEXT}:aws:s3:arn", joined("/claims"), "the service says ${Bucket.Arn}"),
        (True, "StringLike", f"{CONTEXT}:aws:s3:arn", joined("/*"), "the service says ${Bucket.Arn}"),
        (False, "StringEquals", f"{CONTEXT}:aws:s3:arn", ARN, "the service says ${Bucket.Arn}/…"),
        (False, "StringLike", f"{CONTEXT}:aws:s3:arn", ARN, "the service says ${Bucket.Arn}/…"),
        (True, "StringEquals", f"{CONTEXT}:aws:s3:arn", {"Ref": "Bucket"}, "the service says ${Bucket.Arn}"),
        (True, "StringEquals", f"{CONTEXT}:aws:sqs:arn", ARN, "Bucket is no AWS::SQS::Queue"),
        (True, "StringEquals", f"{CONTEXT}:SecretARN", {"Fn::GetAtt": ["Secret", "Arn"]}, "the service says ${Secret}"),
        (True, "StringEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com", f"the key is in {REGION}"),
    ],
)
def test_what_no_service_says_is_told(own_key: bool, operator: str, key: str, value: Any, words: str) -> None:
    (what,) = told(own_key, operator, key, value)
    assert words in what


@pytest.mark.parametrize(
    ("own_key", "operator", "key", "value"),
    [
        (True, "StringEquals", f"{CONTEXT}:aws:s3:arn", ARN),
        (True, "StringLike", f"{CONTEXT}:aws:s3:arn", joined("*")),
        (True, "StringLike", f"{CONTEXT}:aws:s3:arn", [ARN, joined("/*")]),
        (False, "StringLike", f"{CONTEXT}:aws:s3:arn", joined("/claims/*")),
        (False, "StringEquals", f"{CONTEXT}:aws:s3:arn", joined("/claims/one")),
        (True, "StringEquals", f"{CONTEXT}:aws:s3:arn", "arn:aws:s3:::another"),
        (True, "StringEquals", f"{CONTEXT}:aws:sqs:arn", {"Fn::GetAtt": ["Queue", "Arn"]}),
        (True, "StringEquals", f"{CONTEXT}:SecretARN", {"Ref": "Secret"}),
        (True, "StringEquals", f"{CONTEXT}:stage", "prod"),
        (True, "StringNotEquals", f"{CONTEXT}:aws:s3:arn", joined("/claims")),
        (True, "StringEquals", "kms:ViaService", f"s3.{REGION}.amazonaws.com"),
        (True, "StringLike", "kms:ViaService", "s3.*.amazonaws.com"),
    ],
)
def test_what_services_say_is_right(own_key: bool, operator: str, key: str, value: Any) -> None:
    assert told(own_key, operator, key, value) == []


def test_a_key_elsewhere_is_asked_by_the_services_there() -> None:
    via = "s3.eu-central-1.amazonaws.com"
    assert told(True, "StringEquals", "kms:ViaService", via, on="arn:aws:kms:eu-central-1:1:key/1") == []


def test_a_bucket_that_loses_its_own_key_is_told_too(real: Assembly) -> None:
    def without(document: Template) -> None:
        sealed = first(document, "S3::Bucket", "DataClaims")["Properties"]["BucketEncryption"]
        sealed["ServerSideEncryptionConfiguration"][0]["BucketKeyEnabled"] = False

    (what,) = [each.what for each in new_in(RULE, real, without)]
    assert "/…" in what


def test_the_release_as_it_is_grants_what_is_asked_for(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked > 60, part.findings) == (True, ())
