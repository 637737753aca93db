"""What can't be delivered is tried again, and then kept."""

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
    update,
)

RULE = "undelivered_events_are_kept"


def target(document: Template, kind: str, name: str) -> Any:
    settings = first(document, kind, name)["Properties"]
    return settings["Targets"][0] if kind == "Events::Rule" else settings.get("Target", settings)


def without(kind: str, name: str, setting: str) -> Any:
    def change(document: Template) -> None:
        if kind == "Pipes::Pipe":
            del first(document, kind, name)["Properties"]["SourceParameters"]["DynamoDBStreamParameters"][setting]
        else:
            del target(document, kind, name)[setting]

    return change


def retried(kind: str, name: str, **policy: int) -> Any:
    def change(document: Template) -> None:
        target(document, kind, name)["RetryPolicy"] |= policy

    return change


def streamed(**settings: int) -> Any:
    def change(document: Template) -> None:
        first(document, "Pipes::Pipe")["Properties"]["SourceParameters"]["DynamoDBStreamParameters"] |= settings

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without("Events::Rule", "EventsNotifier", "DeadLetterConfig"), "what can't be delivered is lost"),
        (without("Scheduler::Schedule", "Sweeper", "DeadLetterConfig"), "what can't be delivered is lost"),
        (without("SNS::Subscription", "Letters", "RedrivePolicy"), "what can't be delivered is lost"),
        (without("Pipes::Pipe", "Events", "DeadLetterConfig"), "what can't be delivered is lost"),
        (retried("Events::Rule", "EventsNotifier", MaximumRetryAttempts=0), "it is tried for less: was 24, is 0"),
        (retried("Events::Rule", "EventsNotifier", MaximumEventAgeInSeconds=60), "was 21600, is 60"),
        (retried("Scheduler::Schedule", "Sweeper", MaximumEventAgeInSeconds=60), "was 300, is 60"),
        (streamed(MaximumRecordAgeInSeconds=60), "it is tried for less: was nothing, is 60"),
        (streamed(MaximumRecordAgeInSeconds=43_200), "it is tried for less: was nothing, is 43200"),
        (streamed(MaximumRetryAttempts=5), "it is tried for less: was 20, is 5"),
    ],
)
def test_an_event_that_is_lost_at_once_is_told(real: Assembly, change: Any, told: str) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", change), real))
    assert told in finding.what


def test_a_new_target_that_works_wants_dead_letters_and_a_topic_does_not(real: Assembly) -> None:
    def more(document: Template) -> None:
        targets = first(document, "Events::Rule", "EventsNotifier")["Properties"]["Targets"]
        targets.append({"Id": "mail", "Arn": {"Fn::GetAtt": ["MailQueue1D1A7CA5", "Arn"]}})
        targets.append({"Id": "info", "Arn": {"Ref": "ObservabilityAlertsTopicsInfo6C787A7C"}})

    (finding,) = found(RULE, release(edited(real, "prod/orders", more), real))
    assert "Targets.1.DeadLetterConfig" in finding.where


def calls(times: int) -> dict[str, Any]:
    return {"DeliveryPolicy": {"healthyRetryPolicy": {"numRetries": times}}}


def kinesis(**settings: int) -> dict[str, Any]:
    return {"SourceParameters": {"KinesisStreamParameters": {"DeadLetterConfig": {"Arn": "dead"}, **settings}}}


@pytest.mark.parametrize(
    ("kind", "old", "new", "findings"),
    [
        ("Lambda::Function", {"DeadLetterConfig": {"TargetArn": "dead"}}, {}, 1),
        ("Lambda::Function", {}, {}, 0),
        ("Lambda::EventInvokeConfig", {"DestinationConfig": {"OnFailure": {}}}, {}, 1),
        ("Lambda::EventInvokeConfig", {}, {"MaximumRetryAttempts": 0}, 1),
        ("Lambda::EventInvokeConfig", {}, {"MaximumRetryAttempts": 1}, 0),
        ("Lambda::EventInvokeConfig", {}, {"MaximumEventAgeInSeconds": 60}, 1),
        ("SNS::Subscription", {}, calls(0), 1),
        ("SNS::Subscription", calls(50), {}, 1),
        ("SNS::Subscription", {}, calls(10), 0),
        ("Pipes::Pipe", kinesis(), kinesis(MaximumRetryAttempts=20), 1),
        ("Pipes::Pipe", kinesis(MaximumRetryAttempts=20), kinesis(MaximumRetryAttempts=-1), 0),
        ("Pipes::Pipe", kinesis(), kinesis(MaximumRecordAgeInSeconds=-1), 0),
        ("Pipes::Pipe", kinesis(), kinesis(MaximumRecordAgeInSeconds=86_400), 0),
    ],
)
def test_what_is_tried_again_is_tried_for_as_much_as_in_the_base(kind: str, old: Any, new: Any, findings: int) -> None:
    assert len([each for each in found(RULE, update(kind, old, new)) if each.where != "beta"]) == findings


@pytest.mark.parametrize(("had", "findings"), [({"Works": resource("Lambda::Function")}, 1), ({}, 0)])
def test_a_function_that_is_called_as_lambda_likes_is_not_called_less(had: dict[str, Any], findings: int) -> None:
    invoked = resource("Lambda::EventInvokeConfig", FunctionName={"Ref": "Works"}, MaximumEventAgeInSeconds=60)
    now = {"Works": resource("Lambda::Function"), "It": invoked}
    assert len(found(RULE, subject(assembly(prod=now), assembly(prod=had)))) == findings


def test_more_tries_are_welcome(real: Assembly) -> None:
    more = retried("Events::Rule", "EventsNotifier", MaximumRetryAttempts=185)
    assert found(RULE, release(edited(real, "prod/orders", more), real)) == ()
    assert look(RULE, release(real)).checked > 100
