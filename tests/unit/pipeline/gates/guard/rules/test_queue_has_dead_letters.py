"""What can't be handled ends in a queue of dead letters, after a few tries."""

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

RULE = "queue_has_dead_letters"


def redriven(end: str, tries: Any = 5, **more: Any) -> dict[str, Any]:
    policy = {"deadLetterTargetArn": {"Fn::GetAtt": [end, "Arn"]}, "maxReceiveCount": tries}
    return resource("SQS::Queue", RedrivePolicy=policy, **more)


def queues(jobs: dict[str, Any], **dead: Any) -> Any:
    return assembly(prod={"Jobs": jobs, "Dead": resource("SQS::Queue", **{"MessageRetentionPeriod": 1_209_600} | dead)})


GOOD = queues(redriven("Dead"))


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (queues(redriven("Jobs")), "what fails goes nowhere"),
        (queues(redriven("Elsewhere")), "what fails goes nowhere"),
        (queues(redriven("Dead", tries=1)), "it is tried 1 times: was 5, is 1"),
        (queues(redriven("Dead", tries="1000")), "it is tried 1000 times"),
        (queues(redriven("Dead", tries=3)), "was 5, is 3"),
        (queues(redriven("Dead", MessageRetentionPeriod=1_209_600), MessageRetentionPeriod=60), "keeps it for 60 s"),
    ],
)
def test_a_message_that_cannot_be_handled_and_is_lost_is_told(bad: Any, told: str) -> None:
    (finding,) = found(RULE, subject(bad, GOOD))
    assert finding.where.startswith("prod/orders:Jobs")
    assert told in finding.what


def test_a_queue_that_loses_its_redrive_is_told(real: Assembly) -> None:
    def lost(document: Template) -> None:
        del first(document, "SQS::Queue", "MailQueue1D1")["Properties"]["RedrivePolicy"]

    for base in (None, real):
        (finding,) = found(RULE, release(edited(real, "prod/orders", lost), base))
        assert "prod/orders:MailQueue1D1A7CA5" in finding.where


def test_the_whole_queue_of_dead_letters_removed_is_told(real: Assembly) -> None:
    def lost(document: Template) -> None:
        del document["Resources"]["MailQueueDeadLettersB80B1938"]

    (finding,) = found(RULE, release(edited(real, "prod/orders", lost), real))
    assert "what fails goes nowhere" in finding.what


def test_a_new_queue_with_its_dead_letters_is_welcome(real: Assembly) -> None:
    def more(document: Template) -> None:
        document["Resources"] |= {
            "Jobs": redriven("Dead", tries=3),
            "Dead": resource("SQS::Queue", MessageRetentionPeriod=1_209_600),
        }

    good = release(edited(real, "prod/orders", more), real)
    assert found(RULE, good) == ()
    assert look(RULE, good).checked == 25
