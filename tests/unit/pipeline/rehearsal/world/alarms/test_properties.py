"""Alarms read from template properties."""

from collections.abc import Mapping

import pytest

from pipeline.rehearsal.world.alarms import (
    Alarm,
    AlarmProblem,
    Comparison,
    CompositeAlarm,
    MetricKey,
    MetricQuery,
    MetricStat,
    MissingData,
    alarm_from_properties,
    composite_from_properties,
)

SIMPLE = {
    "AlarmDescription": "Server errors of the canary",
    "AlarmActions": ["arn:aws:sns:eu-west-1:444444444444:pages"],
    "Namespace": "Orders",
    "MetricName": "ServerErrors",
    "Dimensions": [{"Name": "FunctionName", "Value": "orders"}, {"Name": "ExecutedVersion", "Value": "2"}],
    "Period": 60,
    "Statistic": "Sum",
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": "1.5",
    "EvaluationPeriods": "3",
    "DatapointsToAlarm": 2,
    "TreatMissingData": "notBreaching",
}
KEY = MetricKey.of("Orders", "ServerErrors", {"FunctionName": "orders", "ExecutedVersion": "2"})


def read(properties: Mapping[str, object]) -> Alarm:
    return alarm_from_properties(properties, name="errors", arn="arn")


def test_a_single_metric() -> None:
    assert read(SIMPLE) == Alarm(
        name="errors",
        arn="arn",
        source=MetricStat(KEY, 60, "Sum"),
        comparison=Comparison.GREATER,
        threshold=1.5,
        evaluation_periods=3,
        datapoints_to_alarm=2,
        treat_missing_data=MissingData.NOT_BREACHING,
    )


def test_metric_math() -> None:
    properties = {
        "Metrics": [
            {
                "Id": "m1",
                "ReturnData": False,
                "MetricStat": {
                    "Metric": {"Namespace": "Orders", "MetricName": "Requests"},
                    "Period": 60,
                    "Stat": "Sum",
                    "Unit": "Count",
                },
            },
            {"Id": "e1", "Expression": "m1 * 2", "Label": "Twice"},
        ],
        "ComparisonOperator": "LessThanThreshold",
        "Threshold": 1,
        "EvaluationPeriods": 1,
        "ActionsEnabled": "false",
    }

    assert read(properties) == Alarm(
        name="errors",
        arn="arn",
        source=(
            MetricQuery("m1", MetricStat(MetricKey.of("Orders", "Requests"), 60, "Sum", "Count"), return_data=False),
            MetricQuery("e1", expression="m1 * 2"),
        ),
        comparison=Comparison.LESS,
        threshold=1,
        evaluation_periods=1,
        actions_enabled=False,
    )


def test_a_percentile_with_low_samples_ignored() -> None:
    properties = {name: value for name, value in SIMPLE.items() if name != "Statistic"}

    alarm = read({**properties, "ExtendedStatistic": "p99", "EvaluateLowSampleCountPercentile": "ignore"})

    assert (alarm.source, alarm.ignore_low_samples) == (MetricStat(KEY, 60, "p99"), True)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"ThresholdMetricId": "ad1"}, "ThresholdMetricId is not rehearsed; without it the state would be a guess"),
        ({"EvaluationWindow": {}}, "EvaluationWindow is not rehearsed"),
        (
            {"ComparisonOperator": "GreaterThanUpperThreshold"},
            "ComparisonOperator is 'GreaterThanUpperThreshold'; use one",
        ),
        ({"TreatMissingData": "notbreaching"}, "TreatMissingData is 'notbreaching'; use one of missing, ignore"),
        ({"Threshold": "much"}, "Threshold is 'much'; it must be a number"),
        ({"Threshold": True}, "Threshold is True; it must be a number"),
        ({"EvaluationPeriods": 1.5}, "EvaluationPeriods is 1.5; it must be a whole number"),
        ({"EvaluationPeriods": None}, "EvaluationPeriods is None; it must be a number"),
        ({"ActionsEnabled": "yes"}, "ActionsEnabled is 'yes'; it must be true or false"),
        ({"Namespace": {"Ref": "X"}}, "Namespace is {'Ref': 'X'}; it must be a text"),
        ({"Dimensions": "x"}, "Dimensions is 'x'; it must be a list"),
        ({"Dimensions": ["x"]}, "Dimensions is 'x'; it must be an object"),
        ({"Dimensions": [{"Name": "a", "Value": "1"}, {"Name": "a", "Value": "2"}]}, "a dimension is named twice"),
        ({"ExtendedStatistic": "p99"}, "give Statistic or ExtendedStatistic, and not both"),
        ({"EvaluateLowSampleCountPercentile": "no"}, "EvaluateLowSampleCountPercentile 'no'; use evaluate or ignore"),
        ({"Metrics": []}, "Dimensions, MetricName, Namespace, Period, Statistic beside Metrics; give one or the other"),
    ],
)
def test_what_cannot_be_read_is_named(change: Mapping[str, object], complaint: str) -> None:
    with pytest.raises(AlarmProblem) as raised:
        read({**SIMPLE, **change})

    assert str(raised.value).startswith(f"alarm errors: {complaint}")


def test_a_metric_of_another_account_is_refused() -> None:
    row = {"Id": "m1", "AccountId": "111111111111", "Expression": "1"}
    common = {name: SIMPLE[name] for name in ("ComparisonOperator", "Threshold", "EvaluationPeriods")}

    with pytest.raises(AlarmProblem, match="AccountId is not rehearsed"):
        read({**common, "Metrics": [row]})


def test_a_composite() -> None:
    properties = {"AlarmRule": "ALARM(a)", "ActionsSuppressor": "deploying", "ActionsEnabled": True}

    assert composite_from_properties(properties, name="c", arn="arn") == CompositeAlarm("c", "arn", "ALARM(a)")
    with pytest.raises(AlarmProblem, match="alarm c: AlarmRule is None; it must be a text"):
        composite_from_properties({}, name="c", arn="arn")
