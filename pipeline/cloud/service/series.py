"""What CloudWatch keeps and what is reckoned from it, as plain data: graphs draw it and alarms watch it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from aws_cdk import aws_cloudwatch as cloudwatch

from pipeline.cloud.service.durations import seconds as lasting


@dataclass(frozen=True)
class Series:
    """One metric by one statistic, a value for each period of `seconds`.

    `dimensions` are pairs of name and value, by name; `label` is what a graph calls it.
    """

    namespace: str
    name: str
    statistic: str
    dimensions: tuple[tuple[str, str], ...] = ()
    seconds: int = 60
    label: str | None = None


@dataclass(frozen=True)
class Formula:
    """What metric math makes of series, which the expression calls by the names of `parts`."""

    expression: str
    parts: Mapping[str, Series]
    label: str
    seconds: int = 60


def watched(measure: Series | Formula) -> cloudwatch.IMetric:
    """The same for an alarm of the CDK's."""
    match measure:
        case Series():
            return _metric(measure)
        case Formula():
            return cloudwatch.MathExpression(
                expression=measure.expression,
                using_metrics={name: _metric(part) for name, part in measure.parts.items()},
                label=measure.label,
                period=lasting(measure.seconds),
            )


@cache
def _metric(series: Series) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=series.namespace,
        metric_name=series.name,
        statistic=series.statistic,
        dimensions_map=dict(series.dimensions),
        period=lasting(series.seconds),
        label=series.label,
    )
