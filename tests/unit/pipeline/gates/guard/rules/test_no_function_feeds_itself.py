"""No function may send what runs it."""

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

RULE = "no_function_feeds_itself"


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def role(action: str, target: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": [action], "Resource": target}
    return resource("IAM::Role", Policies=[{"PolicyDocument": {"Statement": statement}}])


def service(action: str, target: Any, **more: Any) -> Assembly:
    """A function behind an alias, fed by the queue Jobs, that may do `action` to `target`."""
    parts = {
        "Worker": resource("Lambda::Function", Role={"Fn::GetAtt": ["Role", "Arn"]}, FunctionName="worker"),
        "Live": resource("Lambda::Alias", FunctionName=ref("Worker")),
        "Role": role(action, target),
        "Jobs": resource("SQS::Queue", QueueName="jobs"),
        "Source": resource("Lambda::EventSourceMapping", EventSourceArn=ref("Jobs"), FunctionName=ref("Live")),
    }
    return assembly(prod=parts | more)


TOPIC = {
    "Topic": resource("SNS::Topic"),
    "Sub": resource("SNS::Subscription", TopicArn=ref("Topic"), Endpoint={"Fn::GetAtt": ["Jobs", "Arn"]}),
}
BUS = {
    "Bus": resource("Events::EventBus", Name="orders"),
    "Rule": resource("Events::Rule", EventBusName=ref("Bus"), Targets=[{"Arn": {"Fn::GetAtt": ["Jobs", "Arn"]}}]),
}
BUCKET = {
    "Files": resource("S3::Bucket"),
    "Rule": resource(
        "Events::Rule",
        EventPattern={"source": ["aws.s3"], "detail": {"bucket": {"name": [ref("Files")]}}},
        Targets=[{"Arn": {"Fn::GetAtt": ["Jobs", "Arn"]}}],
    ),
}


@pytest.mark.parametrize(
    ("action", "target", "more", "way"),
    [
        ("sqs:SendMessage", {"Fn::GetAtt": ["Jobs", "Arn"]}, {}, "Worker → Jobs → Worker"),
        ("sqs:Send*", "*", {}, "Worker → Jobs → Worker"),
        ("SQS:sendmessage", "arn:aws:sqs:eu-west-1:111111111111:jobs", {}, "Worker → Jobs → Worker"),
        ("sns:Publish", ref("Topic"), TOPIC, "Worker → Topic → Jobs → Worker"),
        ("events:PutEvents", {"Fn::GetAtt": ["Bus", "Arn"]}, BUS, "Worker → Bus → Jobs → Worker"),
        ("s3:PutObject", {"Fn::Sub": "${Files.Arn}/*"}, BUCKET, "Worker → Files → Jobs → Worker"),
        ("lambda:InvokeFunction", ref("Live"), {}, "Worker → Worker"),
    ],
)
def test_a_way_back_to_itself_is_told(action: str, target: Any, more: dict[str, Any], way: str) -> None:
    (told,) = [each for each in found(RULE, subject(service(action, target, **more))) if each.where != "beta"]
    assert f"it may run itself: {way}" in told.what


@pytest.mark.parametrize(
    ("action", "target", "more"),
    [
        ("sqs:ReceiveMessage", {"Fn::GetAtt": ["Jobs", "Arn"]}, {}),
        ("sqs:SendMessage", {"Fn::GetAtt": ["Other", "Arn"]}, {"Other": resource("SQS::Queue", QueueName="other")}),
        ("sns:Publish", ref("Topic"), {"Topic": resource("SNS::Topic")}),
        ("s3:GetObject", {"Fn::Sub": "${Files.Arn}/*"}, BUCKET),
    ],
)
def test_sending_on_is_right(action: str, target: Any, more: dict[str, Any]) -> None:
    assert found(RULE, subject(service(action, target, **more))) == ()


def test_a_policy_that_is_attached_counts_as_well() -> None:
    attached = resource(
        "IAM::Policy",
        Roles=[ref("Role")],
        PolicyDocument={"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": [ref("Jobs"), "x"]}]},
    )
    (told,) = found(RULE, subject(service("logs:PutLogEvents", "*", Attached=attached)))
    assert "Worker → Jobs → Worker" in told.what


def test_a_function_that_lambda_does_not_stop_is_told(real: Assembly) -> None:
    def let_go(document: Template) -> None:
        first(document, "Lambda::Function", "MailFunction")["Properties"]["RecursiveLoop"] = "Allow"

    told = [each for each in found(RULE, release(edited(real, "prod/orders", let_go))) if "Mail" in each.where]
    assert ["Lambda would not stop it" in each.what for each in told] == [True]


def test_only_those_that_go_on_by_themselves_are_found_in_the_release_as_it_is(real: Assembly) -> None:
    part = look(RULE, release(real))
    assert part.checked == 94
    assert {each.where.split(":")[1][:8] for each in part.findings} == {"Importer", "Payments"}
