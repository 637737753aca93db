"""State reasons, letter for letter as CloudWatch's notifications write them."""

from dataclasses import replace

import pytest

from pipeline.rehearsal.world.alarms import Alarm, AlarmState, Comparison, Datapoint, MetricKey, MetricStat, MissingData
from pipeline.rehearsal.world.alarms.missing_data import Decision
from pipeline.rehearsal.world.alarms.reason import reason_for

FIVE = Alarm(
    "a", "arn", MetricStat(MetricKey.of("AWS/EC2", "CPUUtilization"), 60, "Average"), Comparison.LESS, 65, 5, 5
)
MINUTE = 1_588_203_120  # 29 April 2020, 23:32:00 UTC


def reason(alarm: Alarm, state: AlarmState, *values: float, filled: int = 0) -> str:
    """The values are given oldest first; the last one is of MINUTE."""
    used = [Datapoint(MINUTE - 60 * back, value) for back, value in enumerate(reversed(values))][::-1]
    return reason_for(alarm, Decision(state, tuple(range(len(used))), filled), used)


def test_one_period() -> None:
    one = replace(FIVE, evaluation_periods=1, datapoints_to_alarm=None, comparison=Comparison.GREATER_OR_EQUAL)

    assert reason(one, AlarmState.ALARM, 84.25) == (
        "Threshold Crossed: 1 datapoint [84.25 (29/04/20 23:32:00)] was greater than or equal to the threshold (65.0)."
    )


def test_one_period_with_datapoints_to_alarm() -> None:
    one = replace(FIVE, evaluation_periods=1, datapoints_to_alarm=1)

    assert reason(one, AlarmState.ALARM, 0) == (
        "Threshold Crossed: 1 out of the last 1 datapoints [0.0 (29/04/20 23:32:00)] was less than the threshold "
        "(65.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )


def test_many_datapoints_are_listed_after_the_threshold_and_cut_to_five() -> None:
    seven = replace(FIVE, evaluation_periods=7, datapoints_to_alarm=7)

    assert reason(seven, AlarmState.ALARM, 1, 2, 3, 4, 5, 6, 7) == (
        "Threshold Crossed: 7 out of the last 7 datapoints were less than the threshold (65.0). The most recent "
        "datapoints which crossed the threshold: [7.0 (29/04/20 23:32:00), 6.0 (29/04/20 23:31:00), "
        "5.0 (29/04/20 23:30:00), 4.0 (29/04/20 23:29:00), 3.0 (29/04/20 23:28:00)] "
        "(minimum 7 datapoints for OK -> ALARM transition)."
    )


def test_many_good_datapoints_did_not_cross() -> None:
    assert reason(FIVE, AlarmState.OK, 91, 92, 93, 94) == (
        "Threshold Crossed: 4 out of the last 5 datapoints were not less than the threshold (65.0). The most recent "
        "datapoints which did not cross the threshold: [94.0 (29/04/20 23:32:00), 93.0 (29/04/20 23:31:00), "
        "92.0 (29/04/20 23:30:00), 91.0 (29/04/20 23:29:00)] (minimum 1 datapoint for ALARM -> OK transition)."
    )


def test_a_premature_alarm_shows_how_little_it_stood_on() -> None:
    three = replace(FIVE, evaluation_periods=3, datapoints_to_alarm=3, treat_missing_data=MissingData.MISSING)

    assert reason(three, AlarmState.ALARM, 0, filled=2) == (
        "Threshold Crossed: 1 out of the last 3 datapoints [0.0 (29/04/20 23:32:00)] was less than the threshold "
        "(65.0) (minimum 3 datapoints for OK -> ALARM transition)."
    )


@pytest.mark.parametrize(
    ("treatment", "periods", "values", "filled", "expected"),
    [
        (
            MissingData.BREACHING,
            1,
            (),
            1,
            "no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].",
        ),
        (
            MissingData.NOT_BREACHING,
            3,
            (),
            3,
            "no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].",
        ),
        (
            MissingData.BREACHING,
            3,
            (70.0,),
            2,
            "1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].",
        ),
    ],
)
def test_filled_in_datapoints_are_counted(
    treatment: MissingData, periods: int, values: tuple[float, ...], filled: int, expected: str
) -> None:
    alarm = replace(FIVE, evaluation_periods=periods, datapoints_to_alarm=periods, treat_missing_data=treatment)

    assert reason(alarm, AlarmState.ALARM, *values, filled=filled) == f"Threshold Crossed: {expected}"


def test_no_data_at_all() -> None:
    assert [reason(FIVE, AlarmState.INSUFFICIENT_DATA, filled=filled) for filled in (1, 2)] == [
        "Insufficient Data: 1 datapoint was unknown.",
        "Insufficient Data: 2 datapoints were unknown.",
    ]
