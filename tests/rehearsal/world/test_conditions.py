"""Where IAM is enforced, the conditions of grants count: encryption contexts, leading keys, tags, external ids.

Sources: KMS developer guide, "AWS KMS condition keys"; DynamoDB developer guide, "Using IAM policy conditions for
fine-grained access control"; IAM user guide, "Passing session tags in AWS STS" and "Access to AWS accounts owned by
third parties".
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pipeline.operations import key_secret
from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from tests.rehearsal.world.account import Account, Deployed
from tests.rehearsal.world.templates import att, ref, released, resource, template

pytestmark = pytest.mark.emulator

CALLS = """
import base64, boto3, os
from botocore.exceptions import ClientError

def client(service, lent=None):
    if lent is None:
        return boto3.client(service)
    return boto3.client(service, aws_access_key_id=lent["AccessKeyId"], aws_secret_access_key=lent["SecretAccessKey"],
                        aws_session_token=lent["SessionToken"])

def handler(event, context):
    try:
        lent = None
        if "assume" in event:
            lent = boto3.client("sts").assume_role(RoleSessionName="test", **event["assume"])["Credentials"]
        call = event["with"]
        if "CiphertextBlob" in call:
            call["CiphertextBlob"] = base64.b64decode(call["CiphertextBlob"])
        told = getattr(client(event["service"], lent), event["call"])(**call)
        sealed = told.get("CiphertextBlob", b"")
        return {"answer": "allowed", "sealed": base64.b64encode(sealed).decode(), "items": told.get("Items", [])}
    except ClientError as problem:
        return {"answer": problem.response["Error"]["Code"]}
"""


def policy(role: str, *statements: Mapping[str, Any]) -> dict[str, Any]:
    """What a role of the template may do."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
    return resource("IAM::Policy", PolicyName=f"of-{role}", PolicyDocument=document, Roles=[ref(role)])


def deployed(world: EmulatorWorld, numbers: Iterator[int], parts: Mapping[str, Any], **outputs: object) -> Deployed:
    """A stack with the function that calls what it is told to."""
    everything = {**released(1, CALLS, Timeout=20), **parts}
    done = Account(world, str(next(numbers))).deploy(template(everything, Name=ref("Function"), **outputs))
    assert done.status == "CREATE_COMPLETE", done.failures()
    return done


def called(stack: Deployed, service: str, call: str, asked: Mapping[str, object], **more: object) -> dict[str, Any]:
    """What came of a call by the stack's function."""
    event = {"service": service, "call": call, "with": asked, **more}
    answer = stack.account.client("lambda").invoke(FunctionName=stack.outputs["Name"], Payload=json.dumps(event))
    found: dict[str, Any] = json.loads(answer["Payload"].read())
    return found


# -- KMS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sealing(strict: EmulatorWorld, numbers: Iterator[int]) -> Deployed:
    """A function that may use a key for what is of the stage beta."""
    of_stage = {"StringEquals": {"kms:EncryptionContext:stage": "beta"}}
    uses = {"Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": att("Key", "Arn"), "Condition": of_stage}
    root = {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}
    own = {"Statement": [{"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}]}
    parts = {"Key": resource("KMS::Key", KeyPolicy=own), "Uses": policy("Role", uses)}
    return deployed(strict, numbers, parts, Key=ref("Key"))


def data_key(stack: Deployed, **more: object) -> dict[str, Any]:
    return called(stack, "kms", "generate_data_key", {"KeyId": stack.outputs["Key"], "KeySpec": "AES_256", **more})


def opened(stack: Deployed, sealed: str, **more: object) -> dict[str, Any]:
    return called(stack, "kms", "decrypt", {"CiphertextBlob": sealed, "KeyId": stack.outputs["Key"], **more})


def test_a_key_seals_and_opens_with_the_encryption_context_that_the_grant_asks_for(sealing: Deployed) -> None:
    context = {"EncryptionContext": {"stage": "beta", "field": "phone"}}
    made = data_key(sealing, **context)
    assert made["answer"] == "allowed"
    assert opened(sealing, made["sealed"], **context)["answer"] == "allowed"


@pytest.mark.parametrize("context", [{}, {"stage": "prod"}, {"other": "beta"}])
def test_a_key_seals_and_opens_nothing_with_another_context_or_without(
    sealing: Deployed, context: dict[str, str]
) -> None:
    assert data_key(sealing, EncryptionContext=context)["answer"] == "AccessDeniedException"
    sealed = data_key(sealing, EncryptionContext={"stage": "beta"})["sealed"]
    assert opened(sealing, sealed, EncryptionContext=context)["answer"] == "AccessDeniedException"


# -- DynamoDB ---------------------------------------------------------------------------------------------------------


def key(name: str, kind: str) -> dict[str, str]:
    return {"AttributeName": name, "KeyType": kind}


def table() -> dict[str, Any]:
    """The one table in small: two partitions matter, and an index."""
    index = {"IndexName": "GSI1", "KeySchema": [key("GSI1PK", "HASH")], "Projection": {"ProjectionType": "ALL"}}
    return resource(
        "DynamoDB::Table",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[key("PK", "HASH"), key("SK", "RANGE")],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK", "GSI1PK")],
        GlobalSecondaryIndexes=[index],
    )


@pytest.fixture(scope="module")
def partners(strict: EmulatorWorld, numbers: Iterator[int]) -> Deployed:
    """A function that may take sessions of the role `Data`, and by itself read orders alone; as the service has it."""
    tagged = {
        "StringLike": {"aws:RequestTag/partner": "?*"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["partner"]},
    }
    trusts = {"Effect": "Allow", "Principal": {"AWS": att("Role", "Arn")}, "Condition": tagged}
    trusts["Action"] = ["sts:AssumeRole", "sts:TagSession"]
    own = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["PARTNER#${aws:PrincipalTag/partner}"]}}
    orders = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ORD#*"]}}
    acts = ["dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:BatchGetItem"]
    both = [att("Table", "Arn"), {"Fn::Sub": "${Table.Arn}/index/*"}]
    parts = {
        "Table": table(),
        "Data": resource("IAM::Role", AssumeRolePolicyDocument={"Statement": [trusts]}),
        "Reads": policy("Data", {"Action": acts, "Resource": both, "Condition": own}),
        "Takes": policy(
            "Role",
            {"Action": acts, "Resource": both, "Condition": orders},
            {"Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": att("Data", "Arn")},
        ),
    }
    stack = deployed(strict, numbers, parts, Table=ref("Table"), Data=att("Data", "Arn"))
    for partner in ("acme", "globex"):
        item = {"PK": {"S": f"PARTNER#{partner}"}, "SK": {"S": "ORD#1"}, "GSI1PK": {"S": f"PARTNER#{partner}"}}
        stack.account.client("dynamodb").put_item(TableName=stack.outputs["Table"], Item=item)
    return stack


def as_partner(stack: Deployed, partner: str | None, call: str, asked: Mapping[str, object]) -> dict[str, Any]:
    """A call on the table by a session with the tag, or by the function itself."""
    whole = (
        asked if "TransactItems" in asked or "RequestItems" in asked else {"TableName": stack.outputs["Table"], **asked}
    )
    if partner is None:
        return called(stack, "dynamodb", call, whole)
    tags = [{"Key": "partner", "Value": partner}]
    return called(stack, "dynamodb", call, whole, assume={"RoleArn": stack.outputs["Data"], "Tags": tags})


def orders_of(partner: str, attribute: str = "PK") -> dict[str, Any]:
    """A query of a partner's list."""
    return {
        "KeyConditionExpression": f"{attribute} = :partner",
        "ExpressionAttributeValues": {":partner": {"S": f"PARTNER#{partner}"}},
    }


def test_a_session_reads_the_partition_of_the_partner_in_its_tag(partners: Deployed) -> None:
    found = as_partner(partners, "acme", "query", orders_of("acme"))
    assert (found["answer"], [item["PK"]["S"] for item in found["items"]]) == ("allowed", ["PARTNER#acme"])


def test_a_session_is_denied_the_partition_of_another_partner(partners: Deployed) -> None:
    assert as_partner(partners, "acme", "query", orders_of("globex"))["answer"] == "AccessDeniedException"
    assert as_partner(partners, "globex", "query", orders_of("globex"))["answer"] == "allowed"


def test_the_function_itself_is_denied_every_partner_s_partition(partners: Deployed) -> None:
    assert as_partner(partners, None, "query", orders_of("acme"))["answer"] == "AccessDeniedException"
    own = {**orders_of("acme"), "ExpressionAttributeValues": {":partner": {"S": "ORD#1"}}}
    assert as_partner(partners, None, "query", own)["answer"] == "allowed"


def test_an_index_is_held_to_its_own_first_key(partners: Deployed) -> None:
    for partner, answer in (("acme", "allowed"), ("globex", "AccessDeniedException")):
        asked = {"IndexName": "GSI1", **orders_of(partner, "GSI1PK")}
        assert as_partner(partners, "acme", "query", asked)["answer"] == answer


@pytest.mark.parametrize(("partner", "answer"), [("acme", "allowed"), ("globex", "AccessDeniedException")])
def test_items_are_held_to_their_partition_one_by_one_and_in_batches_and_transactions(
    partners: Deployed, partner: str, answer: str
) -> None:
    of = {"PK": {"S": f"PARTNER#{partner}"}, "SK": {"S": "ORD#1"}}
    acme = {"PK": {"S": "PARTNER#acme"}, "SK": {"S": "ORD#2"}}
    name = partners.outputs["Table"]
    for call, asked in (
        ("get_item", {"Key": of}),
        ("put_item", {"Item": of}),
        ("batch_get_item", {"RequestItems": {name: {"Keys": [acme, of]}}}),
        ("transact_get_items", {"TransactItems": [{"Get": {"TableName": name, "Key": each}} for each in (acme, of)]}),
        ("transact_write_items", {"TransactItems": [{"Put": {"TableName": name, "Item": of}}]}),
    ):
        assert as_partner(partners, "acme", call, asked)["answer"] == answer, call


def test_a_session_without_the_tag_or_with_more_tags_is_not_given(partners: Deployed) -> None:
    many = [{"Key": "partner", "Value": "acme"}, {"Key": "team", "Value": "x"}]
    for more in ({}, {"Tags": many}):
        assume = {"RoleArn": partners.outputs["Data"], **more}
        assert called(partners, "dynamodb", "list_tables", {}, assume=assume)["answer"] == "AccessDenied"


# -- another account --------------------------------------------------------------------------------------------------


EXTERNAL_ID = "told-to-acme-alone"


@dataclass(frozen=True)
class Kept:
    """A partner's key in our account, the role that reads it, and a function in the partner's account."""

    secret: str
    role: str
    theirs: Deployed

    def read(self, stage: str = "AWSCURRENT", **assume: str) -> str:
        """What comes of reading the key by a session of the role."""
        asked = {"SecretId": self.secret, "VersionStage": stage}
        told = called(self.theirs, "secretsmanager", "get_secret_value", asked, assume={"RoleArn": self.role, **assume})
        return str(told["answer"])


def in_account(strict: EmulatorWorld, numbers: Iterator[int]) -> Deployed:
    """A function in an account of its own that may assume any role."""
    return deployed(strict, numbers, {"Takes": policy("Role", {"Action": "sts:AssumeRole", "Resource": "*"})})


@pytest.fixture(scope="module")
def kept(strict: EmulatorWorld, numbers: Iterator[int]) -> Kept:
    """What taking a partner on makes of their key, for the partner's account."""
    ours, theirs = Account(strict, str(next(numbers))), in_account(strict, numbers)
    secret = ours.client("secretsmanager").create_secret(Name="acme", SecretString="the key")["ARN"]
    session: Any = ours  # it makes clients, which is all that is asked of it
    role = key_secret.let_read(session, "beta", "acme", secret, theirs.account.number, EXTERNAL_ID)
    return Kept(secret, role, theirs)


def test_a_partner_s_account_reads_its_key_with_the_external_id(kept: Kept) -> None:
    assert kept.read(ExternalId=EXTERNAL_ID) == "allowed"


@pytest.mark.parametrize("assume", [{}, {"ExternalId": "guessed"}])
def test_without_the_external_id_the_partner_s_account_reads_nothing(kept: Kept, assume: dict[str, str]) -> None:
    assert kept.read(**assume) == "AccessDenied"


def test_what_a_rotation_is_making_is_not_read(kept: Kept) -> None:
    assert kept.read("AWSPENDING", ExternalId=EXTERNAL_ID) == "AccessDeniedException"


def test_no_other_account_reads_it(kept: Kept, strict: EmulatorWorld, numbers: Iterator[int]) -> None:
    stranger = replace(kept, theirs=in_account(strict, numbers))
    assert stranger.read(ExternalId=EXTERNAL_ID) == "AccessDenied"


# -- S3 ---------------------------------------------------------------------------------------------------------------

ENCRYPTION = "s3:x-amz-server-side-encryption"
KMS_KEY = f"{ENCRYPTION}-aws-kms-key-id"
STORAGE_CLASS = "s3:x-amz-storage-class"


@pytest.fixture(scope="module")
def uploading(strict: EmulatorWorld, numbers: Iterator[int]) -> Deployed:
    """A function that may write into a bucket, which takes no key but one; as the service has it."""
    objects = {"Fn::Sub": "${Bucket.Arn}/*"}

    def denied(**condition: object) -> dict[str, object]:
        everybody = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:PutObject"}
        return {**everybody, "Resource": objects, "Condition": condition}

    statements = [
        denied(Null={ENCRYPTION: "false"}, StringNotEquals={ENCRYPTION: "aws:kms"}),
        denied(Null={KMS_KEY: "false"}, StringNotEquals={KMS_KEY: att("Key", "Arn")}),
        denied(Null={ENCRYPTION: "false", KMS_KEY: "true"}),
        denied(Null={STORAGE_CLASS: "false"}, StringNotEquals={STORAGE_CLASS: "STANDARD"}),
    ]
    root = {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}
    own = {"Statement": [{"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}]}
    parts = {
        "Key": resource("KMS::Key", KeyPolicy=own),
        "Bucket": resource("S3::Bucket"),
        "Denials": resource("S3::BucketPolicy", Bucket=ref("Bucket"), PolicyDocument={"Statement": statements}),
        "Writes": policy("Role", {"Action": "s3:PutObject", "Resource": objects}),
    }
    return deployed(strict, numbers, parts, Bucket=ref("Bucket"), Key=att("Key", "Arn"))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({}, "allowed"),
        ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "{Key}"}, "allowed"),
        ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/another"}, "AccessDenied"),
        ({"ServerSideEncryption": "aws:kms"}, "AccessDenied"),
        ({"ServerSideEncryption": "AES256"}, "AccessDenied"),
        ({"StorageClass": "STANDARD"}, "allowed"),
        ({"StorageClass": "GLACIER"}, "AccessDenied"),
    ],
    ids=["nothing said", "our key", "another key", "no key", "no KMS", "as usual", "an archive"],
)
def test_a_bucket_takes_what_one_key_encrypts_and_no_other(
    uploading: Deployed, said: dict[str, str], answer: str
) -> None:
    asked = {name: value.format_map(uploading.outputs) for name, value in said.items()}
    written = {"Bucket": uploading.outputs["Bucket"], "Key": "a", "Body": "b", **asked}
    assert called(uploading, "s3", "put_object", written)["answer"] == answer
