"""ministack's alarm records as alarms of our evaluator. Pure.

The records have the names of `PutMetricAlarm`, and ministack's own fields beside them.
"""

from collections.abc import Mapping
from typing import Any

from pipeline.rehearsal.world.alarms import (
    Alarm,
    CompositeAlarm,
    MetricStat,
    alarm_from_properties,
    composite_from_properties,
)

type Record = Mapping[str, Any]

OF_ONE_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit")
DECIDING = (
    *OF_ONE_METRIC, "ActionsEnabled", "ComparisonOperator", "DatapointsToAlarm", "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods", "Metrics", "Threshold", "TreatMissingData", "ThresholdMetricId",
)  # fmt: skip


def is_unlearnt(properties: Record) -> bool:
    """Whether it compares with a band of anomaly detection: that is learnt from two weeks, which no rehearsal has.

    Such an alarm is kept as it is and never evaluated; nothing may depend on it.
    """
    return "ThresholdMetricId" in properties


def metric_alarm(record: Record) -> Alarm:
    """A metric alarm; AlarmProblem says what of it isn't rehearsed."""
    properties = {name: record[name] for name in DECIDING if record.get(name) is not None}
    if "ExtendedStatistic" in properties:
        properties.pop("Statistic", None)
    return alarm_from_properties(properties, name=str(record["AlarmName"]), arn=str(record["AlarmArn"]))


def composite_alarm(record: Record) -> CompositeAlarm:
    """A composite alarm."""
    properties = {name: record[name] for name in ("AlarmRule", "ActionsEnabled") if name in record}
    return composite_from_properties(properties, name=str(record["AlarmName"]), arn=str(record["AlarmArn"]))


def describe(alarm: Alarm) -> str:
    """What the alarm watches, on one line: `Sum of AWS/Lambda Errors`, or its expression."""
    if isinstance(alarm.source, MetricStat):
        return f"{alarm.source.statistic} of {alarm.source.key.namespace} {alarm.source.key.name}"
    watched = next((row for row in alarm.source if row.return_data), alarm.source[0])
    return watched.expression or f"row {watched.id}"
