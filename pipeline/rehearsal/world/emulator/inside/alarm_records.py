"""ministack's alarm records as alarms of our evaluator. Pure.

The records have the names of `PutMetricAlarm`, and ministack's own fields beside them.
"""

from collections.abc import Mapping
from typing import Any

from pipeline.rehearsal.world.alarms import (
    Alarm,
    CompositeAlarm,
    MetricStat,
    composite_from_properties,
)

type Record = Mapping[str, Any]

OF_ONE_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit")


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
