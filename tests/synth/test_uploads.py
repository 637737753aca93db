"""Where photographs of claims go, and who may put them there."""

import pytest

from tests.synth.reading import Resource, Template
from tests.synth.test_service import function, granted, named, role_of, statements
from tests.synth.test_workers import queue, worked_off


@pytest.fixture
def bucket(template: Template) -> Resource:
    return template.resources[named(template)["DataClaims"]]


def test_each_upload_is_told_to_the_worker_that_looks_at_it(template: Template, stage: str, bucket: Resource) -> None:
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    rule = template.named("AWS::Events::Rule", Name=f"orders-{stage}-photographs")
    assert rule["EventBusName"] == "default"
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [{"Ref": bucket.name}]}},
    }
    (target,) = rule["Targets"]
    assert template.said(target["Arn"]) == f"${{{queue(template, stage, 'photographs').name}.Arn}}"
    dead = queue(template, stage, "photographs-dead-letters").name
    assert template.said(target["DeadLetterConfig"]["Arn"]) == f"${{{dead}.Arn}}"
    for policy in template.all("AWS::SQS::QueuePolicy"):
        if policy["Queues"][0]["Ref"] in (dead, queue(template, stage, "photographs").name):
            (allowed,) = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
            assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule.name, "Arn"]}}}


def test_the_worker_may_do_exactly_this(template: Template, bucket: Resource) -> None:
    key = f"${{{named(template)['DataKey']}.Arn}} via s3.{template.region}.amazonaws.com"
    objects = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion"]
    assert granted(template, role_of(function(template, "photographs"))) == {
        **worked_off(template, "Photographs", ["dynamodb:PutItem", "dynamodb:UpdateItem"]),
        f"${{{bucket.name}.Arn}}/claims/*": objects,
        f"${{{bucket.name}.Arn}}": ["s3:ListBucket"],
        key: ["kms:Decrypt"],
    }


def test_only_who_is_signed_in_gets_credentials(template: Template) -> None:
    pool = template.one("AWS::Cognito::IdentityPool")
    assert (pool["AllowUnauthenticatedIdentities"], pool["AllowClassicFlow"]) == (False, False)
    (provider,) = pool["CognitoIdentityProviders"]
    assert provider["ServerSideTokenCheck"] is True
    assert set(template.one("AWS::Cognito::IdentityPoolRoleAttachment")["Roles"]) == {"authenticated"}


def test_a_session_is_tagged_with_its_customer(template: Template) -> None:
    tags = template.one("AWS::Cognito::IdentityPoolPrincipalTag")
    assert (tags["PrincipalTags"], tags["UseDefaults"]) == ({"customer": "sub"}, False)
    (trust,) = template.resources[named(template)["UploadsUploader"]]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    assert trust["Condition"]["StringEquals"] == {
        "cognito-identity.amazonaws.com:aud": {"Ref": template.one("AWS::Cognito::IdentityPool").name}
    }


def test_it_may_write_below_its_own_number_and_nothing_else(template: Template, bucket: Resource) -> None:
    puts, seals = statements(template, named(template)["UploadsUploader"])
    own = f"${{{bucket.name}.Arn}}/claims/${{aws:PrincipalTag/customer}}/*"
    assert (puts["Action"], template.said(puts["Resource"])) == ("s3:PutObject", own)
    assert seals["Action"] == "kms:GenerateDataKey"
    assert seals["Condition"]["StringEquals"]["kms:ViaService"] == f"s3.{template.region}.amazonaws.com"
