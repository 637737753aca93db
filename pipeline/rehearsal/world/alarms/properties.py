"""An alarm from the properties of its template (`AWS::CloudWatch::Alarm`, `AWS::CloudWatch::CompositeAlarm`).

`PutMetricAlarm` and `PutCompositeAlarm` use the same names, so a call's parameters can be read too. A property that is
neither understood nor known to be without effect on the state is refused by name. Numbers and booleans may be strings,
as CloudFormation allows.
"""

from collections.abc import Mapping, Sequence

from pipeline.rehearsal.world.alarms.metric import MetricKey, MetricQuery, MetricStat
from pipeline.rehearsal.world.alarms.model import Alarm, Comparison, CompositeAlarm, MissingData
from pipeline.rehearsal.world.alarms.problem import AlarmProblem

WITHOUT_EFFECT = {"AlarmName", "AlarmDescription", "AlarmActions", "OKActions", "InsufficientDataActions", "Tags"}
OF_METRIC = {"Namespace", "MetricName", "Dimensions", "Period", "Statistic", "ExtendedStatistic", "Unit"}
OF_STATE = {
    "ActionsEnabled",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "EvaluateLowSampleCountPercentile",
    "EvaluationPeriods",
    "Metrics",
    "Threshold",
    "TreatMissingData",
}

DECIDING = OF_METRIC | OF_STATE | {"ThresholdMetricId"}

type Properties = Mapping[str, object]


def is_unlearnt(properties: Properties) -> bool:
    """Whether it compares with a band of anomaly detection: that is learnt from two weeks, which no rehearsal has.

    Such an alarm is kept as it is and never evaluated; nothing may depend on it.
    """
    return properties.get("ThresholdMetricId") is not None


def alarm_from_record(record: Properties) -> Alarm:
    """A metric alarm as DescribeAlarms tells it, and more; AlarmProblem says what of it isn't rehearsed."""
    properties = {name: record[name] for name in DECIDING if record.get(name) is not None}
    if "ExtendedStatistic" in properties:
        properties.pop("Statistic", None)
    return alarm_from_properties(properties, name=str(record["AlarmName"]), arn=str(record["AlarmArn"]))


def alarm_from_properties(properties: Properties, *, name: str, arn: str) -> Alarm:
    """A metric alarm."""
    _refuse_unknown(name, properties, WITHOUT_EFFECT | OF_METRIC | OF_STATE)
    low_samples = properties.get("EvaluateLowSampleCountPercentile", "evaluate")
    if low_samples not in ("evaluate", "ignore"):
        raise AlarmProblem(f"alarm {name}: EvaluateLowSampleCountPercentile {low_samples!r}; use evaluate or ignore")
    wanted = properties.get("DatapointsToAlarm")
    treatment = properties.get("TreatMissingData")
    return Alarm(
        name=name,
        arn=arn,
        source=_source(name, properties),
        comparison=_one_of(name, "ComparisonOperator", Comparison, properties.get("ComparisonOperator")),
        threshold=_number(name, "Threshold", properties.get("Threshold")),
        evaluation_periods=_whole(name, "EvaluationPeriods", properties.get("EvaluationPeriods")),
        datapoints_to_alarm=None if wanted is None else _whole(name, "DatapointsToAlarm", wanted),
        treat_missing_data=None if treatment is None else _one_of(name, "TreatMissingData", MissingData, treatment),
        actions_enabled=_truth(name, "ActionsEnabled", properties.get("ActionsEnabled", True)),
        ignore_low_samples=low_samples == "ignore",
    )


def composite_from_properties(properties: Properties, *, name: str, arn: str) -> CompositeAlarm:
    """A composite alarm; suppressors change actions, never the state, so they are left out."""
    suppression = {"ActionsSuppressor", "ActionsSuppressorExtensionPeriod", "ActionsSuppressorWaitPeriod"}
    _refuse_unknown(name, properties, WITHOUT_EFFECT | suppression | {"ActionsEnabled", "AlarmRule"})
    rule = _text(name, "AlarmRule", properties.get("AlarmRule"))
    return CompositeAlarm(name, arn, rule, _truth(name, "ActionsEnabled", properties.get("ActionsEnabled", True)))


def _source(name: str, properties: Properties) -> MetricStat | tuple[MetricQuery, ...]:
    if "Metrics" not in properties:
        return _stat(name, properties, properties.get("Period"), _statistic(name, properties), properties.get("Unit"))
    both = sorted(OF_METRIC & properties.keys())
    if both:
        raise AlarmProblem(f"alarm {name}: {', '.join(both)} beside Metrics; give one or the other")
    return tuple(_row(name, row) for row in _rows(name, "Metrics", properties["Metrics"]))


def _row(name: str, row: Properties) -> MetricQuery:
    _refuse_unknown(name, row, {"Id", "Expression", "Label", "MetricStat", "Period", "ReturnData"})
    expression = row.get("Expression")
    return MetricQuery(
        id=_text(name, "Id", row.get("Id")),
        stat=_row_stat(name, row["MetricStat"]) if "MetricStat" in row else None,
        expression=None if expression is None else _text(name, "Expression", expression),
        return_data=_truth(name, "ReturnData", row.get("ReturnData", True)),
    )


def _row_stat(name: str, value: object) -> MetricStat:
    stat = _map(name, "MetricStat", value)
    _refuse_unknown(name, stat, {"Metric", "Period", "Stat", "Unit"})
    metric = _map(name, "Metric", stat.get("Metric"))
    _refuse_unknown(name, metric, {"Namespace", "MetricName", "Dimensions"})
    return _stat(name, metric, stat.get("Period"), _text(name, "Stat", stat.get("Stat")), stat.get("Unit"))


def _stat(name: str, metric: Properties, period: object, statistic: str, unit: object) -> MetricStat:
    rows = _rows(name, "Dimensions", metric.get("Dimensions", ()))
    dimensions = {_text(name, "Name", row.get("Name")): _text(name, "Value", row.get("Value")) for row in rows}
    if len(dimensions) != len(rows):
        raise AlarmProblem(f"alarm {name}: a dimension is named twice")
    key = MetricKey.of(
        _text(name, "Namespace", metric.get("Namespace")),
        _text(name, "MetricName", metric.get("MetricName")),
        dimensions,
    )
    return MetricStat(
        key, _whole(name, "Period", period), statistic, None if unit is None else _text(name, "Unit", unit)
    )


def _statistic(name: str, properties: Properties) -> str:
    given = [properties[field] for field in ("Statistic", "ExtendedStatistic") if field in properties]
    if len(given) != 1:
        raise AlarmProblem(f"alarm {name}: give Statistic or ExtendedStatistic, and not both")
    return _text(name, "Statistic", given[0])


def _refuse_unknown(name: str, properties: Properties, known: set[str]) -> None:
    unknown = sorted(properties.keys() - known)
    if unknown:
        raise AlarmProblem(
            f"alarm {name}: {', '.join(unknown)} is not rehearsed; without it the state would be a guess"
        )


def _map(name: str, field: str, value: object) -> Properties:
    if not isinstance(value, Mapping):
        raise AlarmProblem(f"alarm {name}: {field} is {value!r}; it must be an object")
    return value


def _rows(name: str, field: str, value: object) -> tuple[Properties, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise AlarmProblem(f"alarm {name}: {field} is {value!r}; it must be a list")
    return tuple(_map(name, field, row) for row in value)


def _text(name: str, field: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise AlarmProblem(f"alarm {name}: {field} is {value!r}; it must be a text")
    return value


def _number(name: str, field: str, value: object) -> float:
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return float(value)
        except ValueError:
            pass
    raise AlarmProblem(f"alarm {name}: {field} is {value!r}; it must be a number")


def _whole(name: str, field: str, value: object) -> int:
    number = _number(name, field, value)
    if not number.is_integer():
        raise AlarmProblem(f"alarm {name}: {field} is {value!r}; it must be a whole number")
    return int(number)


def _truth(name: str, field: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise AlarmProblem(f"alarm {name}: {field} is {value!r}; it must be true or false")


def _one_of[Choice: (Comparison, MissingData)](name: str, field: str, kind: type[Choice], value: object) -> Choice:
    choices = [choice.value for choice in kind]
    if value not in choices:
        raise AlarmProblem(f"alarm {name}: {field} is {value!r}; use one of {', '.join(choices)}")
    return kind(str(value))
