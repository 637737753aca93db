"""A denial that is new, or denies more, does not deny what the stack's own roles and services are granted."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, first, found, look, new_in, release

RULE = "denials_spare_what_is_granted"
HEADER = "s3:x-amz-storage-class"


def deny(action: Any, resource: Any = "*", who: Any = None, **conditions: Any) -> dict[str, Any]:
    told = {"Effect": "Deny", "Action": action, "Resource": resource, "Condition": conditions}
    return {**{key: value for key, value in told.items() if value}, **({"Principal": who} if who else {})}


def bucket_policy(document: Template) -> Template:
    return first(document, "S3::BucketPolicy", "DataClaimsPolicy")["Properties"]["PolicyDocument"]["Statement"]


def objects(document: Template) -> Any:
    return bucket_policy(document)[2]["Resource"]


def in_bucket(action: Any, **conditions: Any) -> Change:
    return lambda document: bucket_policy(document).append(deny(action, objects(document), {"AWS": "*"}, **conditions))


def at_key(action: Any, who: Any = "*", **conditions: Any) -> Change:
    def change(document: Template) -> None:
        first(document, "KMS::Key", "DataKey")["Properties"]["KeyPolicy"]["Statement"].append(
            deny(action, "*", {"AWS": who}, **conditions)
        )

    return change


def bounded(*actions: str, resource: Any = "*", **conditions: Any) -> Change:
    def change(document: Template) -> None:
        boundary = first(document, "IAM::ManagedPolicy", "Boundary")["Properties"]["PolicyDocument"]
        boundary["Statement"].append(deny(list(actions), resource, **conditions))

    return change


def bounded_but(*actions: str) -> Change:
    def change(document: Template) -> None:
        boundary = first(document, "IAM::ManagedPolicy", "Boundary")["Properties"]["PolicyDocument"]
        boundary["Statement"].append({"Effect": "Deny", "NotAction": list(actions), "Resource": "*"})

    return change


def wider(document: Template) -> None:
    (other,) = [each for each in bucket_policy(document) if HEADER in str(each)]
    del other["Condition"]["Null"]


def of_a_role(document: Template) -> None:
    own = first(document, "IAM::Role", "OrdersRole")["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    own.append(deny("dynamodb:Update*"))


def over_a_table(document: Template) -> None:
    policy = first(document, "DynamoDB::Table", "DataTable")["Properties"]["ResourcePolicy"]["PolicyDocument"]
    policy["Statement"].append(deny("dynamodb:PutItem", "*", {"AWS": "arn:aws:iam::444444444444:root"}))


def at_a_queue(document: Template) -> None:
    policy = first(document, "SQS::QueuePolicy", "FulfilmentQueuePolicy")["Properties"]
    conditions = {"StringNotEquals": {"aws:PrincipalAccount": "444444444444"}}
    queue = {"Fn::GetAtt": [policy["Queues"][0]["Ref"], "Arn"]}
    policy["PolicyDocument"]["Statement"].append(deny("sqs:SendMessage", queue, "*", **conditions))


VIA = {"StringNotEquals": {"kms:ViaService": [f"{each}.eu-west-1.amazonaws.com" for each in ("dynamodb", "s3")]}}
OTHERS = {"ArnNotEquals": {"aws:PrincipalArn": {"Fn::GetAtt": ["AuthorizerRoleAD33550F", "Arn"]}}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (wider, "UploadsUploader0E465309 s3:putobject"),
        (in_bucket("s3:PutObject", StringNotEquals={HEADER: "STANDARD"}), "UploadsUploader0E465309 s3:putobject"),
        (in_bucket("s3:Put*", Null={HEADER: "true"}), "s3:putobject"),
        (in_bucket("s3:*", BoolIfExists={"aws:MultiFactorAuthPresent": "false"}), "s3:getobject"),
        (in_bucket("s3:GetObject", StringNotEquals={"aws:SourceVpce": "vpce-1"}), "s3:getobject"),
        (in_bucket("s3:GetObject", NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}), "s3:getobject"),
        (in_bucket("s3:*", NumericLessThan={"s3:TlsVersion": "1.4"}), "PhotographsRole3247B380 s3:deleteobject"),
        (in_bucket("s3:GetObject", **OTHERS), "PhotographsRole3247B380 s3:getobject"),
        (at_key(["kms:Decrypt", "kms:GenerateDataKey*"], **VIA), "events.amazonaws.com kms:decrypt"),
        (at_key("kms:*", Bool={"aws:PrincipalIsAWSService": "true"}), "sns.amazonaws.com kms:generatedatakey"),
        (at_key("kms:GenerateDataKey"), "cloudwatch.amazonaws.com kms:generatedatakey*"),
        (at_key("kms:Decrypt", "arn:aws:iam::444444444444:root"), "EventsPipeRole3A464140 kms:decrypt"),
        (bounded("dynamodb:Delete*"), "dynamodb:deleteitem"),
        (bounded("sqs:*"), "sqs:sendmessage"),
        (bounded("s3:PutObject", StringEquals={"aws:PrincipalAccount": "444444444444"}), "s3:putobject"),
        (bounded_but("dynamodb:*", "kms:*", "s3:*"), "EventsPipeRole3A464140 events:putevents"),
        (of_a_role, "OrdersRoleF1878990 dynamodb:updateitem"),
        (over_a_table, "OrdersRoleF1878990 dynamodb:putitem"),
        (at_a_queue, "events.amazonaws.com sqs:sendmessage"),
    ],
)
def test_a_denial_of_what_is_granted_is_told(real: Assembly, change: Change, words: str) -> None:
    told = [each.what for each in new_in(RULE, real, change)]
    assert any(words in each for each in told), told
    assert all("it denies now what is granted" in each for each in told)


@pytest.mark.parametrize(
    "change",
    [
        bounded("s3:PutLifecycleConfiguration", "dynamodb:DeleteBackup", "kms:Disable*"),
        bounded("dynamodb:DeleteItem", resource="arn:aws:dynamodb:*:*:table/audit"),
        bounded("dynamodb:*", Bool={"aws:SecureTransport": "false"}),
        bounded("dynamodb:*", StringNotEquals={"aws:RequestedRegion": "eu-west-1"}),
        in_bucket("s3:*", NumericLessThan={"s3:TlsVersion": "1.3"}),
        in_bucket("s3:PutObject", Null={HEADER: "false"}, StringNotEquals={HEADER: "STANDARD"}),
        in_bucket("s3:PutObject", StringNotEqualsIfExists={"s3:prefix": "a"}),
        in_bucket("s3:*", StringNotEquals={"aws:PrincipalAccount": "444444444444"}),
        in_bucket("s3:*", ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::444444444444:role/orders-*"}),
        in_bucket("s3:*", StringNotEquals={"aws:PrincipalOrgID": "o-1"}),
        in_bucket("s3:PutObject", **{"ForAnyValue:StringNotEquals": {"aws:CalledVia": "x"}}),
        in_bucket("s3:DeleteBucket"),
        at_key(
            "kms:*",
            **{"StringNotEquals": {"kms:CallerAccount": "444444444444"}, "Null": {"kms:CallerAccount": "false"}},
        ),
        at_key(["kms:DisableKey", "kms:ScheduleKeyDeletion"]),
        at_key("kms:Decrypt", "arn:aws:iam::999999999999:role/other"),
    ],
)
def test_a_denial_of_what_nobody_is_granted_passes(real: Assembly, change: Change) -> None:
    assert [each.what for each in new_in(RULE, real, change)] == []


def test_the_release_as_it_is_denies_nothing_new(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked == 0
