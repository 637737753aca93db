"""What an alarm looks at, and when it fires."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.alarms import SINGLE, Firing, firing_of, watch_of
from pipeline.gates.guard.facts.metric_math import CannotTell
from pipeline.gates.guard.resource import Resource


def alarm(**properties: Any) -> Resource:
    return Resource("prod", "prod/orders", "Errors", "AWS::CloudWatch::Alarm", {"Properties": properties})


def row(name: str, *, returned: bool = False, expression: str = "", seconds: int = 60) -> dict[str, Any]:
    if expression:
        return {"Id": name, "Expression": expression, "ReturnData": returned}
    metric = {"Namespace": "Orders", "MetricName": name, "Dimensions": [{"Name": "Stage", "Value": "prod"}]}
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": seconds, "Stat": "Sum"}, "ReturnData": returned}


def test_an_alarm_on_one_metric_is_read_from_its_own_properties() -> None:
    dimensions = [{"Name": "QueueName", "Value": "jobs"}]
    watch = watch_of(alarm(MetricName="Seen", Namespace="AWS/SQS", Dimensions=dimensions, Period="60", Statistic="Sum"))
    (metric,) = watch.metrics
    assert (metric.namespace, metric.name, metric.statistic, metric.seconds) == ("AWS/SQS", "Seen", "Sum", 60)
    assert metric.dimensions == {"QueueName": "jobs"}
    assert watch.value({SINGLE: 7}) == 7


def test_expressions_may_read_one_another() -> None:
    rows = [row("total", returned=True, expression="rate * 2"), row("rate", expression="a / b"), row("a"), row("b")]
    assert watch_of(alarm(Metrics=rows)).value({"a": 6, "b": 2}) == 6


@pytest.mark.parametrize(
    "rows",
    [
        [row("a"), row("b")],
        [row("a", returned=True), row("b", returned=True)],
        [row("x", returned=True, expression="y"), row("y", expression="x")],
        [row("x", returned=True, expression="x + 1")],
    ],
)
def test_rows_that_hold_no_single_answer_can_not_be_told(rows: list[Any]) -> None:
    with pytest.raises(CannotTell):
        watch_of(alarm(Metrics=rows)).value({"a": 1, "b": 1})


def test_when_it_fires() -> None:
    firing = firing_of(
        alarm(Metrics=[row("a", seconds=300)], EvaluationPeriods=3, DatapointsToAlarm=2, Threshold="5",
              ComparisonOperator="GreaterThanThreshold")
    )  # fmt: skip
    assert firing == Firing("GreaterThanThreshold", 5, 2, 3, 300)
    assert [firing.fires(value) for value in (5, 6, None)] == [False, True, False]
    assert firing.soonest_seconds == 360
    assert firing_of(alarm(EvaluationPeriods=4)).datapoints == 4


def test_without_a_threshold_nobody_can_tell() -> None:
    with pytest.raises(CannotTell):
        firing_of(alarm(ComparisonOperator="GreaterThanThreshold")).fires(5)
    with pytest.raises(CannotTell):
        firing_of(alarm(ComparisonOperator="GreaterThanUpperThreshold", Threshold=1)).fires(5)
