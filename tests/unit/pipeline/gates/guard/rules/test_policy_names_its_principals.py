"""A policy at a bucket, queue, topic, key, table or API lets in named callers, and services for our sake alone."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
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

RULE = "policy_names_its_principals"
ROOT = "arn:aws:iam::111111111111:root"


def statement(principal: Any, action: str = "s3:GetObject", **asked: Any) -> dict[str, Any]:
    condition = {"Condition": {"StringEquals": asked}} if asked else {}
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **condition}


def bucket(told: Any) -> Template:
    return resource("S3::BucketPolicy", Bucket={"Ref": "Data"}, PolicyDocument={"Statement": [told]})


def key(told: Any) -> Template:
    return resource("KMS::Key", EnableKeyRotation=True, KeyPolicy={"Statement": [told]})


def queue(told: Any) -> Template:
    return resource("SQS::QueuePolicy", Queues=[{"Ref": "Jobs"}], PolicyDocument={"Statement": [told]})


def api(told: Any, kind: str) -> Template:
    return resource("ApiGateway::RestApi", EndpointConfiguration={"Types": [kind]}, Policy={"Statement": [told]})


GOOD = bucket(statement({"AWS": "arn:aws:iam::111111111111:role/reader"}))
EVERYBODY, ELSEWHERE = {"AWS": "*"}, {"AWS": "arn:aws:iam::999999999999:root"}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (bucket(statement("*")), "everybody"),
        (bucket(statement(EVERYBODY)), "everybody"),
        (bucket({**statement(ELSEWHERE), "Condition": {}}), "the account 999999999999"),
        (bucket({"Effect": "Allow", "NotPrincipal": ELSEWHERE, "Action": "s3:*", "Resource": "*"}), "everybody but"),
        (bucket({**statement("*"), "Condition": {"StringLike": {"aws:PrincipalArn": "*"}}}), "everybody"),
        (key(statement(EVERYBODY, "kms:*")), "everybody"),
        (key(statement("*", "kms:Decrypt", **{"kms:ViaService": "s3.eu-west-1.amazonaws.com"})), "everybody"),
        (key(statement({"AWS": "arn:aws:iam::111111111111:role/x"}, "kms:*")), "anything with the key"),
        (queue(statement({"Service": "events.amazonaws.com"}, "sqs:SendMessage")), "for whoever asks"),
        (queue(statement({"Service": "events.amazonaws.com"}, **{"aws:SourceArn": "*"})), "for whoever asks"),
        (queue(statement({"Service": "events.amazonaws.com"}, **{"aws:SourceAccount": "999999999999"})), "is not ours"),
        (resource("Lambda::LayerVersionPermission", Principal="*", Action="lambda:GetLayerVersion"), "everybody"),
        (api(statement("*", "execute-api:Invoke"), "PRIVATE"), "everybody"),
    ],
)
def test_a_policy_for_strangers_is_told(bad: Template, words: str) -> None:
    told = found(RULE, subject(assembly(beta={"Policy": GOOD}, prod={"Policy": bad})))
    assert any(words in each.what and each.where.startswith("prod/orders:Policy") for each in told)


@pytest.mark.parametrize(
    "good",
    [
        GOOD,
        key(statement({"AWS": ROOT}, "kms:*")),
        key(statement("*", "kms:Decrypt", **{"kms:CallerAccount": "111111111111"})),
        queue(statement({"Service": "events.amazonaws.com"}, **{"aws:SourceAccount": "111111111111"})),
        api(statement("*", "execute-api:Invoke"), "REGIONAL"),
        bucket({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}),
    ],
)
def test_a_policy_for_named_callers_passes(good: Template) -> None:
    part = look(RULE, subject(assembly(beta={"Policy": GOOD}, prod={"Policy": good})))
    assert (part.checked, part.findings) == (2, ())


def for_any_account(document: Template) -> None:
    del first(document, "KMS::Key", "DataKey")["Properties"]["KeyPolicy"]["Statement"][1]["Condition"]


def for_any_rule(document: Template) -> None:
    policy = first(document, "SQS::QueuePolicy", "FulfilmentQueuePolicy")["Properties"]["PolicyDocument"]
    policy["Statement"][1]["Condition"] = {"ArnLike": {"aws:SourceArn": "*"}}


@pytest.mark.parametrize(
    ("change", "words"),
    [(for_any_account, "kms:viaservice"), (for_any_rule, "aws:sourcearn (arnequals) was")],
)
def test_a_condition_that_is_gone_is_told(real: Assembly, change: Change, words: str) -> None:
    assert any(words in each.what for each in new_in(RULE, real, change))


def test_another_rule_of_ours_may_send_to_a_queue(real: Assembly) -> None:
    def heard(document: Template) -> None:
        policy = first(document, "SQS::QueuePolicy", "FulfilmentQueuePolicy")["Properties"]["PolicyDocument"]
        rule = {"Fn::GetAtt": ["EventsMore", "Arn"]}
        policy["Statement"].append(
            {**policy["Statement"][1], "Condition": {"ArnEquals": {"aws:SourceArn": rule}}},
        )

    assert new_in(RULE, real, heard) == ()


def test_one_of_ours_more_is_a_note(real: Assembly) -> None:
    def shared(document: Template) -> None:
        policy = first(document, "S3::BucketPolicy", "DataClaimsPolicy")["Properties"]["PolicyDocument"]
        policy["Statement"].append(
            statement({"AWS": f"arn:aws:iam::{DELIVERY.stages[-1].environment.account}:role/reader"})
        )

    part = look(RULE, release(edited(real, "prod/orders", shared), real))
    assert part.findings == ()
    assert ["it lets in more" in note.what for note in part.warnings] == [True]


def test_the_release_as_it_is_names_its_callers(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked > 90, part.findings, part.warnings) == (True, (), ())
