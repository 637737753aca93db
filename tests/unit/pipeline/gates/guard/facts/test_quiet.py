"""Which alarms keep others quiet."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.quiet import only_suppresses, rules_counted, suppressors
from tests.unit.pipeline.gates.guard.templates import assembly, resource

ARN = "arn:aws:cloudwatch:eu-west-1:1:alarm:under-way"


def stack(told: Any, **alarm: Any) -> Any:
    resources = {
        "UnderWay": resource("CloudWatch::Alarm", AlarmName="under-way", **alarm),
        "Other": resource("CloudWatch::Alarm"),
        "Noticed": resource("CloudWatch::CompositeAlarm", ActionsSuppressor=told),
    }
    (only,) = assembly(prod=resources).stacks
    return only


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ({"Fn::GetAtt": ["UnderWay", "Arn"]}, {"UnderWay"}),
        ({"Fn::Sub": "${UnderWay.Arn}"}, {"UnderWay"}),
        ("under-way", {"UnderWay"}),
        (ARN, {"UnderWay"}),
        ("under-way-too", set()),
        (None, set()),
    ],
)
def test_a_suppressor_is_named_by_a_reference_or_by_its_name(told: Any, names: set[str]) -> None:
    assert suppressors(stack(told)) == names


def test_one_that_tells_somebody_is_an_alarm_besides() -> None:
    assert only_suppresses(stack(ARN), "UnderWay")
    assert not only_suppresses(stack(ARN, AlarmActions=["topic"]), "UnderWay")
    assert not only_suppresses(stack(ARN), "Other")
    assert not only_suppresses(None, "UnderWay")


@pytest.mark.parametrize(
    ("namespace", "dimension", "value", "names"),
    [
        ("AWS/Events", "RuleName", "started", ["Started"]),
        ("AWS/Events", "RuleName", {"Ref": "Started"}, ["Started"]),
        ("AWS/Events", "RuleName", "ended", []),
        ("AWS/Events", "EventBusName", "started", []),
        ("Orders", "RuleName", "started", []),
        ("AWS/Events", "RuleName", None, []),
    ],
)
def test_an_alarm_counts_the_events_of_the_rule_that_it_names(
    namespace: str, dimension: str, value: Any, names: list[str]
) -> None:
    dimensions = [{"Name": dimension, "Value": value}]
    alarm = resource("CloudWatch::Alarm", Namespace=namespace, MetricName="TriggeredRules", Dimensions=dimensions)
    rules = {"Started": resource("Events::Rule", Name="started"), "Unnamed": resource("Events::Rule")}
    (only,) = assembly(prod={"It": alarm, **rules}).stacks
    assert [rule.logical_id for rule in rules_counted(only, only.resources["It"])] == names
