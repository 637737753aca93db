"""The limits of the alarms that a deployment watches, with the unit in which people read them.

CloudWatch has no unit for the result of a metric-math alarm, so it is read from the label of the metric that the alarm
looks at, where that ends in one: `errors (%)`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.record.events import WatchedAlarm
from pipeline.rehearsal.runners.cloudformation.clients import Place

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricAlarmTypeDef

_IN_LABEL = re.compile(r"\(([^()]{1,12})\)\s*$")
_SHORT = {"Percent": "%", "Milliseconds": "ms", "Seconds": "s", "Count": "", "None": ""}


def watched_alarms(place: Place, names: Sequence[str]) -> Mapping[str, WatchedAlarm]:
    """The metric alarms of these names; a composite alarm has no limit and is left out."""
    if not names:
        return {}
    told = place.cloudwatch().describe_alarms(AlarmNames=list(names))["MetricAlarms"]
    return {alarm["AlarmName"]: _watched(alarm) for alarm in told}


def _watched(alarm: "MetricAlarmTypeDef") -> WatchedAlarm:
    return WatchedAlarm(alarm["AlarmName"], alarm.get("Threshold", 0.0), _unit(alarm))


def _unit(alarm: "MetricAlarmTypeDef") -> str:
    if "Unit" in alarm:
        return _SHORT.get(alarm["Unit"], alarm["Unit"])
    labels = (metric.get("Label", "") for metric in alarm.get("Metrics", []) if metric.get("ReturnData", True))
    found = _IN_LABEL.search(next(labels, ""))
    return found.group(1) if found else ""
