"""What happens still reaches those who act on it."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    edited,
    first,
    found,
    release,
    resource,
    subject,
    update,
)

RULE = "events_are_routed"


def rule(**changes: Any) -> dict[str, Any]:
    settings = {
        "EventBusName": {"Ref": "Bus"},
        "EventPattern": {"source": ["orders.api"], "detail-type": ["OrderPlaced", "OrderCancelled"]},
        "Targets": [{"Id": "a", "Arn": "queue-a"}, {"Id": "b", "Arn": "queue-b"}],
    }
    return settings | changes


def notified(**settings: Any) -> dict[str, Any]:
    return {"NotificationConfiguration": settings}


DUE = '{"kind": "due", "data": {}}'
SCHEDULE = {"ScheduleExpression": "rate(5 minutes)", "Target": {"Arn": "queue", "Input": DUE}}
PIPE = {"Source": "stream", "Target": "bus", "SourceParameters": {"FilterCriteria": {"Filters": [1]}}}
STREAM = {"DynamoDBStreamParameters": {"OnPartialBatchItemFailure": "AUTOMATIC_BISECT"}}
BISECTS = PIPE | {"SourceParameters": {"FilterCriteria": {"Filters": [1]}, **STREAM}}
TELLS = notified(EventBridgeConfiguration={"EventBridgeEnabled": True}, QueueConfigurations=[{"Queue": "a"}])


def at_times(expression: Any) -> dict[str, Any]:
    return SCHEDULE | {"ScheduleExpression": expression}


def saying(message: str) -> dict[str, Any]:
    return SCHEDULE | {"Target": {"Arn": "queue", "Input": message}}


def since(date: str) -> dict[str, Any]:
    return SCHEDULE | {"StartDate": date}


@pytest.mark.parametrize(
    ("kind", "old", "new", "told"),
    [
        ("Events::Rule", rule(), rule(State="DISABLED"), "it is off: DISABLED"),
        ("Events::Rule", rule(), rule(Targets=rule()["Targets"][:1]), "it no longer tells queue-b"),
        ("Events::Rule", rule(), rule(EventBusName="default"), "it is another: was ${Bus}, is default"),
        (
            "Events::Rule",
            rule(),
            rule(EventPattern={"source": ["orders.api"], "detail-type": ["OrderPlaced"]}),
            "it no longer takes detail-type OrderCancelled",
        ),
        (
            "Events::Rule",
            rule(),
            rule(EventPattern=rule()["EventPattern"] | {"detail": {"vip": [True]}}),
            "it no longer takes all without detail",
        ),
        ("Events::Rule", {"ScheduleExpression": "rate(1 day)"}, {"ScheduleExpression": "rate(9 days)"}, "more rarely"),
        ("Scheduler::Schedule", SCHEDULE, SCHEDULE | {"State": "DISABLED"}, "it is off"),
        ("Scheduler::Schedule", SCHEDULE, SCHEDULE | {"ScheduleExpression": "rate(5 days)"}, "was rate(5 minutes)"),
        ("Scheduler::Schedule", SCHEDULE, at_times("cron(0 4 * * ? *)"), "it runs at other times"),
        ("Scheduler::Schedule", at_times("cron(0 4 * * ? *)"), at_times("cron(0 * * * ? *)"), "it runs at other times"),
        ("Scheduler::Schedule", SCHEDULE, at_times({"Ref": "Often"}), "it runs at other times"),
        ("Scheduler::Schedule", SCHEDULE, at_times("cron(0/7 * * * ? *)"), "it runs at other times"),
        ("Scheduler::Schedule", SCHEDULE, saying('{"kind": "other"}'), "it says something else, or less"),
        ("Scheduler::Schedule", SCHEDULE, saying('{"data": {}}'), "it says something else, or less"),
        ("Scheduler::Schedule", SCHEDULE, SCHEDULE | {"Target": {"Arn": "queue"}}, "it says something else, or less"),
        ("Scheduler::Schedule", SCHEDULE, SCHEDULE | {"StartDate": "2027-01-04T08:00:00Z"}, "until it starts nothing"),
        ("Scheduler::Schedule", SCHEDULE, SCHEDULE | {"StartDate": {"Ref": "Then"}}, "until it starts nothing"),
        ("Scheduler::Schedule", since("2026-01-01"), since("2027-01-01"), "was 2026-01-01, is 2027-01-01"),
        ("Scheduler::Schedule", SCHEDULE, SCHEDULE | {"EndDate": "2027-01-04T08:00:00Z"}, "it ends, or sooner"),
        ("Pipes::Pipe", PIPE, PIPE | {"DesiredState": "STOPPED"}, "it is off: STOPPED"),
        ("Pipes::Pipe", PIPE, PIPE | {"SourceParameters": {}}, "it is another"),
        ("Pipes::Pipe", BISECTS, PIPE, "it is another: was AUTOMATIC_BISECT, is nothing"),
        ("SNS::Subscription", {"Endpoint": "a"}, {"Endpoint": "a", "FilterPolicy": {"kind": ["x"]}}, "is another"),
        ("S3::Bucket", TELLS, {}, "it no longer tells of what arrives"),
        ("S3::Bucket", TELLS, notified(QueueConfigurations=[{"Queue": "a"}]), "it no longer tells of what arrives"),
    ],
)
def test_an_event_that_reaches_nobody_is_told(kind: str, old: Any, new: Any, told: str) -> None:
    assert any(told in finding.what for finding in found(RULE, update(kind, old, new)))


@pytest.mark.parametrize("kind", ["Events::Rule", "Scheduler::Schedule", "Pipes::Pipe", "SNS::Subscription"])
def test_a_way_that_is_gone_is_told(kind: str) -> None:
    gone = subject(assembly(prod={"Other": resource("SQS::Queue")}), assembly(prod={"It": resource(kind)}))
    assert any(f"this AWS::{kind} is gone" in finding.what for finding in found(RULE, gone))


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("Events::Rule", rule(), rule(EventPattern={"source": ["orders.api"]})),
        (
            "Events::Rule",
            rule(),
            rule(EventPattern=rule()["EventPattern"] | {"detail-type": ["OrderCancelled", "OrderPlaced", "StockLow"]}),
        ),
        ("Events::Rule", rule(), rule(Targets=[*rule()["Targets"], {"Id": "c", "Arn": "queue-c"}])),
        ("Events::Rule", {"ScheduleExpression": "rate(1 day)"}, {"ScheduleExpression": "rate(6 hours)"}),
        ("Scheduler::Schedule", SCHEDULE, at_times("rate(1 minute)")),
        ("Scheduler::Schedule", SCHEDULE, at_times("cron(0/3 * * * ? *)")),
        ("Scheduler::Schedule", SCHEDULE, saying('{"kind": "due", "data": {"asked_by": "schedule"}}')),
        ("Scheduler::Schedule", since("2026-01-01"), SCHEDULE),
        ("Scheduler::Schedule", SCHEDULE | {"EndDate": "2027-01-01"}, SCHEDULE),
    ],
)
def test_what_takes_or_tells_more_or_runs_oftener_is_welcome(kind: str, old: Any, new: Any) -> None:
    assert found(RULE, update(kind, old, new)) == ()


def test_a_bucket_that_tells_of_more_is_welcome(real: Assembly) -> None:
    def more(document: Template) -> None:
        told = first(document, "S3::Bucket", "DataInvoices")["Properties"]
        told |= notified(EventBridgeConfiguration={"EventBridgeEnabled": True})

    assert found(RULE, release(edited(real, "prod/orders", more), real)) == ()
