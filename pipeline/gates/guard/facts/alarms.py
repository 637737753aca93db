"""What a metric alarm looks at, and when it fires. Pure.

Source: CloudWatch user guide, "Using Amazon CloudWatch alarms" and "Using math expressions"; CloudFormation's
AWS::CloudWatch::Alarm, which holds one metric in its own properties or several, with expressions, in `Metrics`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.gates.guard.facts.metric_math import CannotTell, Value, evaluate, ids_in
from pipeline.gates.guard.facts.numbers import number
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import Json, listed

SINGLE = "m"
"""The id of the one metric of an alarm without `Metrics`."""
EVALUATED_EACH = 60.0
"""Seconds between two looks of CloudWatch at an alarm."""
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


@dataclass(frozen=True)
class Metric:
    """One series: `statistic` for each period of `seconds`; `dimensions` by name, with values as in the template."""

    id: str
    namespace: str
    name: str
    statistic: str
    seconds: float
    unit: str
    dimensions: Mapping[str, Json]


@dataclass(frozen=True)
class Watch:
    """What an alarm looks at: metrics and expressions by their ids, and the id whose values it compares.

    `returned` is None where that is not one row, as CloudWatch wants it. `band` is the row of anomaly detection that it
    compares with instead of a threshold.
    """

    metrics: tuple[Metric, ...]
    expressions: Mapping[str, str]
    returned: str | None
    band: str | None = None

    def value(self, values: Mapping[str, Value]) -> Value:
        """What is compared in a period in which the metrics have these values, by id. Raises CannotTell."""
        return self._of(self.returned, values, ())

    def _of(self, row: str | None, values: Mapping[str, Value], above: tuple[str, ...]) -> Value:
        if row is None or row in above:
            raise CannotTell("there is not one row whose values it compares")
        if row not in self.expressions:
            return evaluate(row, values)
        expression = self.expressions[row]
        below = {each: self._of(each, values, (*above, row)) for each in ids_in(expression) & self.expressions.keys()}
        return evaluate(expression, {**values, **below})


@dataclass(frozen=True)
class Firing:
    """When an alarm fires: `datapoints` of `periods` periods of `seconds` that compare so with the threshold."""

    comparison: str
    threshold: float | None
    datapoints: int
    periods: int
    seconds: float

    def fires(self, value: Value) -> bool:
        """Whether periods that all have this value make it fire. Raises CannotTell without a plain threshold."""
        if self.threshold is None or self.comparison not in _COMPARISONS:
            raise CannotTell("it compares with no threshold")
        return value is not None and _COMPARISONS[self.comparison](value, self.threshold)

    @property
    def upwards(self) -> bool:
        """Whether high values make it fire."""
        return self.comparison.startswith("Greater")

    @property
    def soonest_seconds(self) -> float:
        """How long what it looks for must last, at least, before it fires.

        A period of more than a minute is a window that slides by the minute.
        """
        return max(self.datapoints - 1, 0) * self.seconds + min(self.seconds, EVALUATED_EACH)


def watch_of(alarm: Resource) -> Watch:
    """What `alarm` looks at."""
    if alarm.at("Metrics") is None:
        return Watch((_metric(SINGLE, alarm.properties, alarm.properties, _statistic(alarm)),), {}, SINGLE)
    rows = [each for each in listed(alarm.at("Metrics")) if isinstance(at(each, "Id"), str)]
    metrics = tuple(
        _metric(
            str(at(row, "Id")), at(row, "MetricStat", "Metric"), at(row, "MetricStat"), at(row, "MetricStat", "Stat")
        )
        for row in rows
        if at(row, "MetricStat") is not None
    )
    expressions = {str(at(row, "Id")): str(at(row, "Expression")) for row in rows if at(row, "Expression") is not None}
    band = alarm.at("ThresholdMetricId")
    returned = [str(at(row, "Id")) for row in rows if at(row, "ReturnData") in (None, True, "true")]
    compared = [each for each in returned if each != band]
    return Watch(
        metrics, expressions, compared[0] if len(compared) == 1 else None, band if isinstance(band, str) else None
    )


def firing_of(alarm: Resource) -> Firing:
    """When `alarm` fires; the period is the longest of its rows'."""
    periods = number(alarm.at("EvaluationPeriods")) or 0
    datapoints = number(alarm.at("DatapointsToAlarm"))
    seconds = max((metric.seconds for metric in watch_of(alarm).metrics), default=0.0)
    return Firing(
        str(alarm.at("ComparisonOperator")),
        number(alarm.at("Threshold")),
        int(periods if datapoints is None else datapoints),
        int(periods),
        seconds,
    )


def _statistic(alarm: Resource) -> Json:
    return alarm.at("Statistic") or alarm.at("ExtendedStatistic")


def _metric(row: str, metric: Json, stat: Json, statistic: Json) -> Metric:
    dimensions = {str(at(each, "Name")): at(each, "Value") for each in listed(at(metric, "Dimensions"))}
    seconds = number(at(stat, "Period")) or 0
    unit = at(stat, "Unit")
    name, namespace = str(at(metric, "MetricName")), str(at(metric, "Namespace"))
    return Metric(row, namespace, name, str(statistic), seconds, "" if unit is None else str(unit), dimensions)
