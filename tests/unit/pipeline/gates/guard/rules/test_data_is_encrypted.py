"""What is kept is encrypted, with a key of ours wherever the base has one."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Change,
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    new_in,
    release,
    resource,
    subject,
)

RULE = "data_is_encrypted"


def properties(document: Template, kind: str, starting: str) -> Template:
    return first(document, kind, starting)["Properties"]


def plain_bucket(document: Template) -> None:
    del properties(document, "S3::Bucket", "DataClaims")["BucketEncryption"]


def bucket_by_s3(document: Template) -> None:
    told = properties(document, "S3::Bucket", "DataClaims")["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    told["ServerSideEncryptionByDefault"] = {"SSEAlgorithm": "AES256"}


def plain_table(document: Template) -> None:
    del properties(document, "DynamoDB::Table", "DataTable")["SSESpecification"]


def table_by_aws(document: Template) -> None:
    del properties(document, "DynamoDB::Table", "DataTable")["SSESpecification"]["KMSMasterKeyId"]


def table_switched_off(document: Template) -> None:
    properties(document, "DynamoDB::Table", "DataTable")["SSESpecification"]["SSEEnabled"] = False


def secret_by_aws(document: Template) -> None:
    del properties(document, "SecretsManager::Secret", "DataCursor")["KmsKeyId"]


def plain_queue(document: Template) -> None:
    del properties(document, "SQS::Queue", "PaymentsQueue")["KmsMasterKeyId"]


def queue_by_aws(document: Template) -> None:
    properties(document, "SQS::Queue", "PaymentsQueue")["KmsMasterKeyId"] = "alias/aws/sqs"


def plain_topic(document: Template) -> None:
    del properties(document, "SNS::Topic", "Notices")["KmsMasterKeyId"]


@pytest.mark.parametrize(
    "change",
    [
        plain_bucket,
        bucket_by_s3,
        plain_table,
        table_by_aws,
        table_switched_off,
        secret_by_aws,
        plain_queue,
        queue_by_aws,
        plain_topic,
    ],
)
def test_what_is_not_encrypted_by_our_key_is_told_with_a_base_and_without(real: Assembly, change: Change) -> None:
    bad = edited(real, "prod/orders", change)
    for base in (None, real):
        (told,) = found(RULE, release(bad, base))
        assert told.where.startswith("prod/orders:")


def another_key(document: Template) -> None:
    other = next(name for name in document["Resources"] if name.startswith("DataFieldKey"))
    properties(document, "SQS::Queue", "PaymentsQueue")["KmsMasterKeyId"] = {"Fn::GetAtt": [other, "Arn"]}


def queue_by_sqs(document: Template) -> None:
    queue = properties(document, "SQS::Queue", "PaymentsQueue")
    del queue["KmsMasterKeyId"]
    queue["SqsManagedSseEnabled"] = True


@pytest.mark.parametrize("change", [another_key, queue_by_sqs])
def test_another_key_than_the_base_has_is_told(real: Assembly, change: Change) -> None:
    (told,) = new_in(RULE, real, change)
    assert "another key, or none: was ${DataKey" in told.what


def test_artifacts_that_lose_their_key_are_told(real: Assembly) -> None:
    def plain(document: Template) -> None:
        del properties(document, "CodePipeline::Pipeline", "")["ArtifactStore"]["EncryptionKey"]

    (told,) = new_in(RULE, real, plain, "pipeline")
    assert "ArtifactStore.EncryptionKey.Id" in told.where


@pytest.mark.parametrize(
    "queue", [resource("SQS::Queue", KmsMasterKeyId={"Ref": "Key"}), resource("SQS::Queue", SqsManagedSseEnabled=True)]
)
def test_a_new_queue_that_is_encrypted_passes(queue: Template) -> None:
    assert found(RULE, subject(assembly(beta={"Jobs": queue}, prod={"Jobs": queue}))) == ()


def test_a_new_queue_by_a_key_of_aws_is_a_note() -> None:
    queue = resource("SQS::Queue", KmsMasterKeyId="alias/aws/sqs")
    part = look(RULE, subject(assembly(prod={"Jobs": queue}), assembly(prod={})))
    assert (part.findings, ["its key is AWS's" in note.what for note in part.warnings]) == ((), [True])


def test_a_key_for_what_had_none_is_welcome(real: Assembly) -> None:
    def by_key(document: Template) -> None:
        properties(document, "Logs::LogGroup", "OrdersLogs")["KmsKeyId"] = {"Ref": "Key"}

    assert new_in(RULE, real, by_key) == ()
    (told,) = found(RULE, release(real, edited(real, "prod/orders", by_key)))
    assert "was ${Key}, is nothing" in told.what


def test_the_release_as_it_is_is_encrypted(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked > 200, part.findings) == (True, ())
