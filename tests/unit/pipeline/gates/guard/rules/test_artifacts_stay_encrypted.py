"""What is on its way through the pipeline is encrypted with its own key."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import pipeline
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "artifacts_stay_encrypted"
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}


def properties(kind: str, **values: Any) -> Change:
    return lambda document: first(document, kind)["Properties"].update(values)


def statement(kind: str, policy: str, told: Any) -> Change:
    return lambda document: first(document, kind)["Properties"][policy]["Statement"].append(told)


def without_tls(document: Template) -> None:
    first(document, "S3::BucketPolicy")["Properties"]["PolicyDocument"]["Statement"].pop(0)


def without_key(document: Template) -> None:
    del first(document, "CodePipeline::Pipeline")["Properties"]["ArtifactStore"]["EncryptionKey"]


def by_s3(document: Template) -> None:
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    encryption = {"ServerSideEncryptionConfiguration": [rule]}
    first(document, "S3::Bucket")["Properties"]["BucketEncryption"] = encryption


def by_aws_key(document: Template) -> None:
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    encryption = {"ServerSideEncryptionConfiguration": [rule]}
    first(document, "S3::Bucket")["Properties"]["BucketEncryption"] = encryption


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without_key, "its artifacts are under no key of this stack"),
        (pipeline(ArtifactStore=None), "its artifacts lie in no bucket of this stack"),
        (pipeline(ArtifactStore={"Location": "somebodys-bucket", "Type": "S3"}), "lie in no bucket of this stack"),
        (by_s3, "it does not encrypt with a key of KMS"),
        (by_aws_key, "it encrypts with a key that is not of this stack"),
        (properties("S3::Bucket", BucketEncryption=None), "it does not encrypt with a key of KMS"),
        (properties("S3::Bucket", PublicAccessBlockConfiguration=None), "it may be opened to the public"),
        (properties("S3::Bucket", VersioningConfiguration={"Status": "Suspended"}), "what is overwritten is lost"),
        (without_tls, "it answers without TLS"),
        (statement("S3::BucketPolicy", "PolicyDocument", ANYBODY), "anybody may use it"),
        (properties("KMS::Key", EnableKeyRotation=False), "its key is never renewed"),
        (properties("KMS::Key", Enabled=False), "its key is switched off"),
        (statement("KMS::Key", "KeyPolicy", {**ANYBODY, "Principal": {"AWS": "*"}}), "anybody may use it"),
    ],
)
def test_a_store_that_others_reach_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:") for each in findings)


def test_longer_kept_artifacts_are_welcome(real: Assembly) -> None:
    kept = {"Rules": [{"ExpirationInDays": 365, "Status": "Enabled"}]}
    good = edited(real, "pipeline", properties("S3::Bucket", LifecycleConfiguration=kept))
    assert (found(RULE, release(good, real)), look(RULE, release(good)).checked) == ((), 3)
