"""What a metric is, and how an alarm looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.rehearsal.world.alarms.problem import AlarmProblem
from pipeline.rehearsal.world.alarms.statistics import check_statistic


@dataclass(frozen=True, slots=True)
class MetricKey:
    """One metric. Each set of dimensions is a metric of its own: nothing is pooled, no subset matches.

    Source: CloudWatch User Guide, "CloudWatch concepts", Dimensions.
    """

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Mapping[str, str] | None = None) -> "MetricKey":
        """A key from dimensions given as name -> value."""
        return cls(namespace, name, frozenset((dimensions or {}).items()))

    def __str__(self) -> str:
        dimensions = ", ".join(f"{name}={value}" for name, value in sorted(self.dimensions))
        return f"{self.namespace}/{self.name}{{{dimensions}}}"


@dataclass(frozen=True, slots=True)
class MetricStat:
    """A metric seen through a period and a statistic (`Sum`, `p99`, ...); `unit` None takes every unit."""

    key: MetricKey
    period_s: int
    statistic: str
    unit: str | None = None

    def __post_init__(self) -> None:
        """Refuse a period or a statistic that an alarm may not have."""
        if self.period_s not in (10, 20, 30) and (self.period_s <= 0 or self.period_s % 60):
            raise AlarmProblem(f"metric {self.key}: period {self.period_s} s; use 10, 20, 30 or a multiple of 60")
        check_statistic(self.statistic, str(self.key))


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One row of an alarm's `Metrics`: a metric or an expression, never both.

    `return_data` marks the one row the alarm watches.
    """

    id: str
    stat: MetricStat | None = None
    expression: str | None = None
    return_data: bool = True
