"""A policy names the things on which it allows its actions."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    release,
    resource,
    subject,
)

RULE = "grant_names_its_resources"
INDEX = {"Fn::Join": ["", [{"Fn::GetAtt": ["Table", "Arn"]}, "/index/*"]]}
KINDS = {"Fn::Sub": "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/*"}


def role(action: str, *on: Any, condition: Template = None, name: str = "Resource") -> Template:
    statement = {"Effect": "Allow", "Action": action, name: list(on), **({"Condition": condition} if condition else {})}
    return resource("IAM::Role", Policies=[{"PolicyName": "grants", "PolicyDocument": {"Statement": [statement]}}])


@pytest.mark.parametrize(
    ("action", "on"),
    [
        ("dynamodb:Query", "*"),
        ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111111111111:table/*"),
        ("dynamodb:Query", "arn:aws:dynamodb:*:*:table/orders"),
        ("dynamodb:Query", KINDS),
        ("s3:GetObject", "arn:aws:s3:::*"),
        ("s3:GetObject", "arn:aws:s3:::*/*"),
        ("kms:Decrypt", "*"),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:111111111111:key/*"),
        ("iam:PassRole", "arn:aws:iam::111111111111:role/*"),
        ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:*"),
    ],
)
def test_all_of_a_kind_is_told_under_its_action(action: str, on: Any) -> None:
    (told,) = found(RULE, subject(assembly(beta={"Role": role(action, INDEX)}, prod={"Role": role(action, on)})))
    assert told.where.startswith(f"prod/orders:Role/{action.lower()}")
    assert f"it allows {action.lower()} on " in told.what


def test_everything_but_is_told() -> None:
    bad = role("s3:GetObject", "arn:aws:s3:::secrets/*", name="NotResource")
    (told,) = found(RULE, subject(assembly(beta={"Role": role("s3:GetObject", INDEX)}, prod={"Role": bad})))
    assert "everything but what it names" in told.what


@pytest.mark.parametrize(
    "good",
    [
        role("dynamodb:Query", INDEX),
        role("xray:PutTraceSegments", "*"),
        role("cloudwatch:PutMetricData", "*"),
        role("s3:GetObject", "arn:aws:s3:::orders-invoices/*"),
        role("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders/partner/*"),
        role("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/codebuild/*"),
        role("kms:Decrypt", "*", condition={"StringEquals": {"aws:ResourceTag/service": "orders"}}),
    ],
)
def test_what_is_named_or_can_not_be_passes(good: Template) -> None:
    part = look(RULE, subject(assembly(beta={"Role": good}, prod={"Role": good})))
    assert (part.checked, part.findings) == (2, ())


def test_what_cdk_pipelines_grants_itself_is_all_that_there_is(real: Assembly) -> None:
    places = {each.where.split()[0] for each in found(RULE, release(real))}
    assert {place.split("Role")[0] for place in places} == {
        "pipeline:PipelineAssetsFile",
        "pipeline:PipelineUpdatePipelineSelfMutation",
    }


def test_one_more_of_the_pipeline_is_told_under_its_own_action(real: Assembly) -> None:
    def wider(document: Template) -> None:
        policy = first(document, "IAM::Policy", "PipelineAssetsFileRole")["Properties"]["PolicyDocument"]
        policy["Statement"].append({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})

    places = [each.where.split()[0] for each in found(RULE, release(edited(real, "pipeline", wider)))]
    assert [place for place in places if place.endswith("/s3:getobject")]
