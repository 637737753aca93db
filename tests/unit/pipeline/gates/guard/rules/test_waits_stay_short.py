"""What is on its way waits for about as long as in the base before somebody works at it."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Change,
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

RULE = "waits_stay_short"
QUEUE, MAPPING, SCHEDULE, PIPE = "SQS::Queue", "Lambda::EventSourceMapping", "Scheduler::Schedule", "Pipes::Pipe"
WINDOW = "MaximumBatchingWindowInSeconds"


def flexible(minutes: Any) -> dict[str, Any]:
    return {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}}


def gathering(seconds: int, source: str = "SqsQueueParameters") -> dict[str, Any]:
    return {"SourceParameters": {source: {WINDOW: seconds}}}


@pytest.mark.parametrize(
    ("kind", "old", "new", "where"),
    [
        (QUEUE, {}, {"DelaySeconds": 900}, "DelaySeconds"),
        (QUEUE, {"DelaySeconds": 10}, {"DelaySeconds": "60"}, "DelaySeconds"),
        (QUEUE, {}, {"DelaySeconds": {"Ref": "Later"}}, "DelaySeconds"),
        (MAPPING, {}, {WINDOW: 300}, WINDOW),
        (MAPPING, {}, {"TumblingWindowInSeconds": 900}, "TumblingWindowInSeconds"),
        (PIPE, gathering(0), gathering(300), f"SourceParameters.SqsQueueParameters.{WINDOW}"),
        (
            PIPE,
            {},
            gathering(60, "KinesisStreamParameters"),
            f"SourceParameters.KinesisStreamParameters.{WINDOW}",
        ),
        (SCHEDULE, {}, flexible(240), "FlexibleTimeWindow.MaximumWindowInMinutes"),
    ],
)
def test_a_much_longer_wait_is_told(kind: str, old: Any, new: Any, where: str) -> None:
    (told,) = [each for each in found(RULE, update(kind, old, new)) if "waits longer" in each.what]
    assert told.where == f"prod/orders:It {where}"


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (QUEUE, {}, {"DelaySeconds": 5}),
        (QUEUE, {"DelaySeconds": 900}, {"DelaySeconds": 900}),
        (QUEUE, {"DelaySeconds": 900}, {}),
        (QUEUE, {"DelaySeconds": {"Ref": "Later"}}, {"DelaySeconds": {"Ref": "Later"}}),
        (MAPPING, {WINDOW: 20}, {WINDOW: 40}),
        (PIPE, gathering(300), gathering(5)),
        (SCHEDULE, {}, flexible(1)),
        (SCHEDULE, flexible(15), flexible(30)),
        (SCHEDULE, flexible(15), {"FlexibleTimeWindow": {"Mode": "OFF"}}),
    ],
)
def test_as_short_a_wait_is_right(kind: str, old: Any, new: Any) -> None:
    assert found(RULE, update(kind, old, new)) == ()


def test_what_is_new_waits_as_it_was_made_to() -> None:
    new = {"It": resource(QUEUE, DelaySeconds=900)}
    other = {"It": resource(MAPPING)}
    assert found(RULE, subject(assembly(prod=new), assembly(prod={"Other": resource(QUEUE)}))) == ()
    assert found(RULE, subject(assembly(prod=new), assembly(prod=other))) == ()
    assert found(RULE, subject(assembly(prod=new))) == ()


def all_queues(document: Template) -> None:
    for each in document["Resources"].values():
        if each["Type"] == "AWS::SQS::Queue":
            each["Properties"]["DelaySeconds"] = 900


def the_pipe(document: Template) -> None:
    first(document, PIPE)["Properties"]["SourceParameters"]["DynamoDBStreamParameters"][WINDOW] = 300


def a_mapping(document: Template) -> None:
    first(document, MAPPING, "Payments")["Properties"][WINDOW] = 60


@pytest.mark.parametrize("change", [all_queues, the_pipe, a_mapping])
def test_the_release_waits_no_longer(real: Assembly, change: Change) -> None:
    told = found(RULE, release(edited(real, "prod/orders", change), real))
    assert told
    assert {each.where.split(":")[0] for each in told} == {"prod/orders"}


def test_the_release_as_it_is_waits_as_before(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked > 60, part.findings) == (True, ())
