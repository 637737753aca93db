"""What an alarm may be."""

import pytest

from pipeline.rehearsal.world.alarms import Alarm, AlarmProblem, Comparison, MetricKey, MetricStat, MissingData

ERRORS = MetricKey.of("Orders", "ServerErrors")


def alarm(
    period_s: int = 60, periods: int = 3, needed: int | None = None, treatment: MissingData | None = None
) -> Alarm:
    stat = MetricStat(ERRORS, period_s, "Sum")
    return Alarm("errors", "arn", stat, Comparison.GREATER, 1, periods, needed, treatment)


@pytest.mark.parametrize(
    ("comparison", "breaching"),
    [
        (Comparison.GREATER, [False, False, True]),
        (Comparison.GREATER_OR_EQUAL, [False, True, True]),
        (Comparison.LESS, [True, False, False]),
        (Comparison.LESS_OR_EQUAL, [True, True, False]),
    ],
)
def test_the_value_is_the_first_operand(comparison: Comparison, breaching: list[bool]) -> None:
    assert [comparison.breaches(value, 5.0) for value in (4.9, 5.0, 5.1)] == breaching


def test_without_datapoints_to_alarm_all_periods_must_breach() -> None:
    assert (alarm().needed, alarm(needed=2).needed) == (3, 2)


@pytest.mark.parametrize("needed", [0, 4, -1])
def test_m_lies_within_n(needed: int) -> None:
    with pytest.raises(AlarmProblem, match=f"DatapointsToAlarm is {needed}; it must be 1 to 3"):
        alarm(needed=needed)


@pytest.mark.parametrize("period_s", [0, 1, 15, 59, 90, -60])
def test_a_period_cloudwatch_does_not_have_is_refused(period_s: int) -> None:
    with pytest.raises(AlarmProblem, match=f"period {period_s} s; use 10, 20, 30 or a multiple of 60"):
        alarm(period_s)


def test_evaluation_takes_at_most_a_day_and_seven_for_hourly_periods() -> None:
    assert alarm(300, 288).period_s == 300
    assert alarm(3600, 168).period_s == 3600
    for period_s, periods in ((300, 289), (3600, 169)):
        with pytest.raises(AlarmProblem, match="at most one day"):
            alarm(period_s, periods)


def test_missing_data_is_missing_unless_the_metric_is_dynamodbs() -> None:
    table = MetricStat(MetricKey.of("AWS/DynamoDB", "ThrottledRequests"), 60, "Sum")
    default = Alarm("a", "arn", table, Comparison.GREATER, 0, 1)
    chosen = Alarm("a", "arn", table, Comparison.GREATER, 0, 1, treat_missing_data=MissingData.NOT_BREACHING)

    assert [one.treatment for one in (alarm(), default, chosen)] == [
        MissingData.MISSING,
        MissingData.IGNORE,
        MissingData.NOT_BREACHING,
    ]
