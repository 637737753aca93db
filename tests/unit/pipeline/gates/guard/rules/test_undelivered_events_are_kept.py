"""What can't be delivered is tried again, and then kept."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release, update

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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without("Events::Rule", "EventsNotifier", "DeadLetterConfig"), "what can't be delivered is lost"),
        (without("Scheduler::Schedule", "Sweeper", "DeadLetterConfig"), "what can't be delivered is lost"),
        (without("SNS::Subscription", "Letters", "RedrivePolicy"), "what can't be delivered is lost"),
        (without("Pipes::Pipe", "Events", "DeadLetterConfig"), "what can't be delivered is lost"),
        (retried("Events::Rule", "EventsNotifier", MaximumRetryAttempts=0), "it is tried for less: was 24, is 0"),
        (retried("Events::Rule", "EventsNotifier", MaximumEventAgeInSeconds=60), "was 21600, is 60"),
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


@pytest.mark.parametrize(
    ("kind", "old", "new", "findings"),
    [
        ("Lambda::Function", {"DeadLetterConfig": {"TargetArn": "dead"}}, {}, 1),
        ("Lambda::Function", {}, {}, 0),
        ("Lambda::EventInvokeConfig", {"DestinationConfig": {"OnFailure": {}}}, {}, 1),
        ("Lambda::EventInvokeConfig", {}, {"MaximumRetryAttempts": 0}, 1),
        ("Lambda::EventInvokeConfig", {}, {"MaximumRetryAttempts": 1}, 0),
    ],
)
def test_what_lambda_tries_again_is_kept_as_in_the_base(kind: str, old: Any, new: Any, findings: int) -> None:
    assert len([each for each in found(RULE, update(kind, old, new)) if each.where != "beta"]) == findings


def test_more_tries_are_welcome(real: Assembly) -> None:
    more = retried("Events::Rule", "EventsNotifier", MaximumRetryAttempts=185)
    assert found(RULE, release(edited(real, "prod/orders", more), real)) == ()
    assert look(RULE, release(real)).checked > 100
