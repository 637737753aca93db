"""What an alarm is and what its evaluation says: frozen data in CloudWatch's own words.

Times are seconds since the epoch, periods are whole seconds, values have the unit of their metric.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.rehearsal.world.alarms.math_rows import Calculation, check_rows
from pipeline.rehearsal.world.alarms.metric import MetricQuery, MetricStat
from pipeline.rehearsal.world.alarms.problem import AlarmProblem

ALWAYS_IGNORING_NAMESPACE = "AWS/DynamoDB"
ONE_DAY_S = 86_400
SEVEN_DAYS_S = 604_800


class AlarmState(StrEnum):
    """The three states of an alarm (CloudWatch User Guide, "Using Amazon CloudWatch alarms")."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class MissingData(StrEnum):
    """How absent datapoints count ("Configuring how CloudWatch alarms treat missing data")."""

    MISSING = "missing"
    IGNORE = "ignore"
    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"


class Comparison(StrEnum):
    """`PutMetricAlarm` ComparisonOperator, as far as a static threshold may use it."""

    GREATER = "GreaterThanThreshold"
    GREATER_OR_EQUAL = "GreaterThanOrEqualToThreshold"
    LESS = "LessThanThreshold"
    LESS_OR_EQUAL = "LessThanOrEqualToThreshold"

    def breaches(self, value: float, threshold: float) -> bool:
        """Whether a datapoint of this value breaches; the value is the first operand."""
        match self:
            case Comparison.GREATER:
                return value > threshold
            case Comparison.GREATER_OR_EQUAL:
                return value >= threshold
            case Comparison.LESS:
                return value < threshold
            case Comparison.LESS_OR_EQUAL:
                return value <= threshold

    @property
    def words(self) -> str:
        """As CloudWatch writes it into a state reason: `greater than or equal to`."""
        return {
            Comparison.GREATER: "greater than",
            Comparison.GREATER_OR_EQUAL: "greater than or equal to",
            Comparison.LESS: "less than",
            Comparison.LESS_OR_EQUAL: "less than or equal to",
        }[self]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A metric alarm with a static threshold.

    `source` is one metric, or the rows of a metric math alarm. `datapoints_to_alarm` (M) None means N of N.
    `treat_missing_data` None means CloudWatch's default. `ignore_low_samples` is
    EvaluateLowSampleCountPercentile=ignore. Derived: `stats`, every metric it reads; `period_s`, its one period;
    `calculations`, its expressions in the order they are calculated.
    """

    name: str
    arn: str
    source: MetricStat | tuple[MetricQuery, ...]
    comparison: Comparison
    threshold: float
    evaluation_periods: int
    datapoints_to_alarm: int | None = None
    treat_missing_data: MissingData | None = None
    actions_enabled: bool = True
    ignore_low_samples: bool = False
    calculations: tuple[Calculation, ...] = field(init=False, repr=False, compare=False, default=())
    stats: tuple[MetricStat, ...] = field(init=False, repr=False, compare=False, default=())
    period_s: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        """Refuse what `PutMetricAlarm` refuses."""
        if isinstance(self.source, MetricStat):
            object.__setattr__(self, "stats", (self.source,))
        else:
            object.__setattr__(self, "calculations", check_rows(self.name, self.source))
            object.__setattr__(self, "stats", tuple(row.stat for row in self.source if row.stat is not None))
        object.__setattr__(self, "period_s", self.stats[0].period_s)
        if self.evaluation_periods < 1:
            raise AlarmProblem(
                f"alarm {self.name}: EvaluationPeriods is {self.evaluation_periods}; it must be 1 or more"
            )
        if not 1 <= self.needed <= self.evaluation_periods:
            raise AlarmProblem(
                f"alarm {self.name}: DatapointsToAlarm is {self.needed}; it must be 1 to {self.evaluation_periods} "
                "(EvaluationPeriods)"
            )
        total = self.evaluation_periods * self.period_s
        if total > (SEVEN_DAYS_S if self.period_s >= 3600 else ONE_DAY_S):
            raise AlarmProblem(
                f"alarm {self.name}: {total} s of evaluation; at most one day (seven for periods of an hour)"
            )

    @property
    def needed(self) -> int:
        """M: how many breaching datapoints make the alarm."""
        return self.evaluation_periods if self.datapoints_to_alarm is None else self.datapoints_to_alarm

    @property
    def treatment(self) -> MissingData:
        """The missing-data rule in force.

        Default `missing`, but `ignore` for metrics of AWS/DynamoDB unless another is chosen. Source: "Configuring
        how CloudWatch alarms treat missing data", second Important note.
        """
        if self.treat_missing_data is not None:
            return self.treat_missing_data
        dynamodb = any(stat.key.namespace == ALWAYS_IGNORING_NAMESPACE for stat in self.stats)
        return MissingData.IGNORE if dynamodb else MissingData.MISSING


@dataclass(frozen=True, slots=True)
class CompositeAlarm:
    """An alarm over the states of other alarms; `rule` is CloudWatch's AlarmRule text."""

    name: str
    arn: str
    rule: str
    actions_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Datapoint:
    """One period of the watched series: its start, value (None: missing) and the samples behind it (None: math)."""

    timestamp: float
    value: float | None
    samples: float | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one evaluation said.

    `datapoints` are the real ones it used, oldest first; `missing` counts the periods that had to be filled in.
    `measured` is the latest datapoint on the side that decided, None without any; of a transition, where it was
    calculated, `behind` has the values of that period that it stands on, by the ids of their rows. `changed` is against
    `previous`.
    """

    alarm: str
    state: AlarmState
    previous: AlarmState
    reason: str
    at: float
    threshold: float | None = None
    measured: float | None = None
    datapoints: tuple[Datapoint, ...] = ()
    missing: int = 0
    behind: Mapping[str, float] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether this evaluation is a transition."""
        return self.state != self.previous


INITIAL_STATE = AlarmState.INSUFFICIENT_DATA
INITIAL_REASON = "Unchecked: Initial alarm creation"
