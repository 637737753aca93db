"""One evaluation from stored data to the transition, with its reason."""

from dataclasses import replace

import pytest

from pipeline.rehearsal.world.alarms import (
    Alarm,
    AlarmState,
    Comparison,
    Datapoint,
    Evaluation,
    MetricKey,
    MetricQuery,
    MetricStat,
    MetricStore,
    MissingData,
    evaluate,
    evaluation_interval_s,
    next_evaluation,
)
from pipeline.rehearsal.world.alarms.evaluate import period_starts

START = 1_800_000_000  # Friday 15 January 2027, 08:00:00 UTC
ERRORS = MetricKey.of("Orders", "ServerErrors", {"FunctionName": "orders", "Alias": "live", "ExecutedVersion": "2"})
ALARM = Alarm(
    name="orders-5xx",
    arn="arn:aws:cloudwatch:eu-west-1:444444444444:alarm:orders-5xx",
    source=MetricStat(ERRORS, 60, "Sum"),
    comparison=Comparison.GREATER,
    threshold=1,
    evaluation_periods=3,
    datapoints_to_alarm=2,
    treat_missing_data=MissingData.NOT_BREACHING,
)


def stored(*per_minute: float | None, key: MetricKey = ERRORS) -> MetricStore:
    """One value per minute from START on; None is a minute without data."""
    store = MetricStore()
    for minute, value in enumerate(per_minute):
        if value is not None:
            store.put(key, START + 60 * minute + 30, value)
    return store


def after(minutes: float) -> float:
    return START + 60 * minutes


def test_two_bad_minutes_of_three_are_an_alarm() -> None:
    evaluation = evaluate(ALARM, stored(0, 0, 0, 5, 0, 7), AlarmState.OK, at=after(6.2))

    assert evaluation == Evaluation(
        alarm="orders-5xx",
        state=AlarmState.ALARM,
        previous=AlarmState.OK,
        reason=(
            "Threshold Crossed: 2 out of the last 3 datapoints [7.0 (15/01/27 08:05:00), 5.0 (15/01/27 08:03:00)] were "
            "greater than the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition)."
        ),
        at=after(6.2),
        threshold=1,
        measured=7.0,
        datapoints=(
            Datapoint(START + 180, 5.0, 1.0),
            Datapoint(START + 240, 0.0, 1.0),
            Datapoint(START + 300, 7.0, 1.0),
        ),
        missing=0,
    )
    assert evaluation.changed


def test_the_minute_that_is_still_running_is_not_looked_at() -> None:
    store = stored(0, 0, 0, 9, 9)

    states = [evaluate(ALARM, store, AlarmState.OK, at=after(minute)).state for minute in (4.99, 5)]

    assert states == [AlarmState.OK, AlarmState.ALARM]


def test_an_alarm_starts_without_enough_data_and_says_so() -> None:
    missing = replace(ALARM, treat_missing_data=MissingData.MISSING)

    evaluation = evaluate(missing, MetricStore(), at=after(5))

    assert (evaluation.state, evaluation.changed) == (AlarmState.INSUFFICIENT_DATA, False)
    assert evaluation.reason == "Insufficient Data: 3 datapoints were unknown."
    assert (evaluation.measured, evaluation.datapoints, evaluation.missing) == (None, (), 3)


def test_the_window_slides_by_the_minute() -> None:
    """ "at the end of minute 5 the alarm evaluates ... minutes 1 to 5 ... minute 6 ... minutes 2 to 6"."""
    five_minutes = replace(ALARM, source=MetricStat(ERRORS, 300, "Sum"), evaluation_periods=1, datapoints_to_alarm=None)

    assert period_starts(five_minutes, after(5))[-1] == START
    assert period_starts(five_minutes, after(6.5))[-1] == START + 60


def test_the_range_is_longer_than_the_evaluation_periods() -> None:
    """A lone bad datapoint four minutes old still decides where missing data is only missing."""
    assert len(period_starts(ALARM, after(9))) == 5
    one_of_one = replace(ALARM, evaluation_periods=1, datapoints_to_alarm=None, treat_missing_data=MissingData.MISSING)
    store = stored(0, 0, 0, 9)

    states = [evaluate(one_of_one, store, AlarmState.OK, at=after(minute)).state for minute in (4, 5, 6, 7)]

    assert states == [AlarmState.ALARM, AlarmState.ALARM, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA]


@pytest.mark.parametrize(
    ("period_s", "periods", "interval_s"),
    [(10, 3, 10), (20, 1, 10), (30, 2, 10), (60, 3, 60), (300, 1, 60), (3600, 24, 60), (3600, 25, 3600)],
)
def test_how_often_an_alarm_is_evaluated(period_s: int, periods: int, interval_s: int) -> None:
    stat = MetricStat(ERRORS, period_s, "Sum")
    alarm = replace(ALARM, source=stat, evaluation_periods=periods, datapoints_to_alarm=None)

    assert evaluation_interval_s(alarm) == interval_s


def test_a_driver_is_told_when_to_come_back() -> None:
    fast = replace(ALARM, source=MetricStat(ERRORS, 10, "Sum"))

    assert next_evaluation([], START) is None
    assert next_evaluation([ALARM], START) == START + 60
    assert next_evaluation([ALARM, fast], START + 12.5) == START + 20


def test_metric_math_is_evaluated_over_the_same_periods() -> None:
    requests = MetricKey.of("Orders", "Requests", {"FunctionName": "orders"})
    store = stored(0, 1, 2, 30, 40)
    for minute in range(5):
        store.put(requests, START + 60 * minute, 1, count=100)
    rate = replace(
        ALARM,
        threshold=5,
        source=(
            MetricQuery("errors", MetricStat(ERRORS, 60, "Sum"), return_data=False),
            MetricQuery("requests", MetricStat(requests, 60, "Sum"), return_data=False),
            MetricQuery("rate", expression="100 * errors / requests"),
        ),
    )

    evaluation = evaluate(rate, store, AlarmState.OK, at=after(5))

    assert (evaluation.state, evaluation.measured) == (AlarmState.ALARM, 40.0)
    assert [point.value for point in evaluation.datapoints] == [2.0, 30.0, 40.0]
    assert evaluation.behind == {"errors": 40.0, "requests": 100.0}


def test_what_a_value_was_calculated_from_is_of_the_period_that_decided() -> None:
    rate = replace(
        ALARM,
        source=(
            MetricQuery("errors", MetricStat(ERRORS, 60, "Sum"), return_data=False),
            MetricQuery("twice", expression="2 * errors"),
        ),
    )

    last_was_good = evaluate(rate, stored(0, 0, 5, 7, 0), AlarmState.OK, at=after(5))

    assert (last_was_good.state, last_was_good.measured, last_was_good.behind) == (
        AlarmState.ALARM,
        14.0,
        {"errors": 7.0},
    )
    assert evaluate(rate, MetricStore(), at=after(5)).behind == {}


def test_an_alarm_on_the_whole_alias_does_not_see_the_canary() -> None:
    alias = MetricKey.of("Orders", "ServerErrors", {"FunctionName": "orders", "Alias": "live"})

    evaluation = evaluate(replace(ALARM, source=MetricStat(alias, 60, "Sum")), stored(9, 9, 9, 9, 9), at=after(5))

    assert evaluation.reason == (
        "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as "
        "[NonBreaching]."
    )
    assert evaluation.state is AlarmState.OK


def test_a_percentile_of_few_samples_can_leave_the_state_alone() -> None:
    stat = MetricStat(ERRORS, 60, "p99")
    careful = replace(ALARM, source=stat, evaluation_periods=1, datapoints_to_alarm=None, ignore_low_samples=True)
    store = stored(50)

    kept = evaluate(careful, store, AlarmState.OK, at=after(1))
    hasty = evaluate(replace(careful, ignore_low_samples=False), store, AlarmState.OK, at=after(1))

    assert (kept.state, hasty.state) == (AlarmState.OK, AlarmState.ALARM)
    assert kept.reason == "Unchanged: the alarm keeps its state OK, as a percentile stands on too few samples."


def test_few_samples_hold_back_percentiles_only() -> None:
    once = replace(ALARM, evaluation_periods=1, datapoints_to_alarm=None, ignore_low_samples=True)
    summed = MetricQuery("m1", MetricStat(ERRORS, 60, "Sum"))

    states = [
        evaluate(replace(once, source=source), stored(50), at=after(1)).state for source in (once.source, (summed,))
    ]

    assert states == [AlarmState.ALARM, AlarmState.ALARM]


def test_recovery_names_the_datapoints_that_did_not_cross() -> None:
    evaluation = evaluate(ALARM, stored(9, 9, 9, 0, 9, 0), AlarmState.ALARM, at=after(6))

    assert evaluation.state is AlarmState.OK
    assert evaluation.reason == (
        "Threshold Crossed: 2 out of the last 3 datapoints [0.0 (15/01/27 08:05:00), 0.0 (15/01/27 08:03:00)] were not "
        "greater than the threshold (1.0) (minimum 2 datapoints for ALARM -> OK transition)."
    )
