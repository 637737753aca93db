"""A fire drill: does an alarm go off, and calm down?"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.alarms import (
    Alarm,
    Comparison,
    MetricKey,
    MetricQuery,
    MetricStat,
    MissingData,
)
from pipeline.rehearsal.world.alarms.drill import Drilled, drilled

FAILED, ASKED = (MetricKey.of("Orders", name, {"FunctionName": "orders"}) for name in ("ServerErrors", "Requests"))
PLAIN = Alarm(
    name="failed",
    arn="arn:aws:cloudwatch:eu-west-1:444444444444:alarm:failed",
    source=MetricStat(FAILED, 60, "Sum"),
    comparison=Comparison.GREATER,
    threshold=1,
    evaluation_periods=3,
    datapoints_to_alarm=2,
    treat_missing_data=MissingData.NOT_BREACHING,
)


def rate(expression: str, seconds: int = 300) -> Alarm:
    rows = (
        MetricQuery("rate", expression=expression),
        MetricQuery("failed", MetricStat(FAILED, seconds, "Sum"), return_data=False),
        MetricQuery("asked", MetricStat(ASKED, seconds, "Sum"), return_data=False),
    )
    return replace(PLAIN, source=rows, evaluation_periods=1, datapoints_to_alarm=1)


@pytest.mark.parametrize(
    ("alarm", "red_after", "quiet_after"),
    [
        (PLAIN, 120, 240),
        (replace(PLAIN, datapoints_to_alarm=3), 180, 180),
        (replace(PLAIN, source=MetricStat(FAILED, 10, "Maximum"), datapoints_to_alarm=1, threshold=0.5), 10, 50),
        (rate("IF(failed >= 5 AND asked >= 10, 100 * failed / asked, 0)"), 60, 900),
        (rate("IF(failed >= 5, 100 * failed / (failed + FILL(asked, 0)), 0)"), 60, 900),
        (replace(PLAIN, source=MetricStat(FAILED, 60, "p50"), threshold=3_000), 120, 240),
        (
            replace(PLAIN, source=MetricStat(FAILED, 3_600, "Sum"), evaluation_periods=1, datapoints_to_alarm=1),
            60,
            10_800,
        ),
        (replace(PLAIN, treat_missing_data=MissingData.MISSING), 120, 300),
    ],
    ids=["two of three", "three of three", "ten seconds", "a rate", "not let in", "a median", "an hour", "missing"],
)
def test_an_alarm_goes_off_and_calms_down(alarm: Alarm, red_after: float, quiet_after: float) -> None:
    stood = drilled(alarm)
    assert stood == Drilled("failed", red_after, quiet_after)
    assert stood.passed


@pytest.mark.parametrize(
    "alarm",
    [
        replace(PLAIN, threshold=100_000_000),
        rate("IF(failed > asked, 0, 0)"),
        replace(PLAIN, comparison=Comparison.LESS, threshold=-1),
    ],
    ids=["out of reach", "nothing either way", "below nothing"],
)
def test_one_that_nothing_sets_off_is_found(alarm: Alarm) -> None:
    assert drilled(alarm) == Drilled("failed", None)
    assert not drilled(alarm).passed


@pytest.mark.parametrize("treatment", [MissingData.IGNORE, MissingData.BREACHING])
def test_one_that_stays_red_when_nobody_asks_any_more_is_found(treatment: MissingData) -> None:
    stood = drilled(replace(PLAIN, treat_missing_data=treatment))
    assert stood.red_after is not None
    assert (stood.quiet_after, stood.passed) == (None, False)


def test_one_that_is_red_where_too_little_comes_goes_off_by_that() -> None:
    few = replace(PLAIN, comparison=Comparison.LESS, threshold=1)
    assert drilled(few) == Drilled("failed", 120, 240)


@given(
    st.integers(1, 10).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))),
    st.sampled_from([10, 30, 60, 300]),
    st.sampled_from(list(Comparison)),
    st.floats(-10, 10_000),
    st.sampled_from(list(MissingData)),
)
def test_whatever_is_asked_the_drill_ends(
    n_of_m: tuple[int, int], seconds: int, comparison: Comparison, threshold: float, missing: MissingData
) -> None:
    periods, datapoints = n_of_m
    alarm = replace(
        PLAIN,
        source=MetricStat(FAILED, seconds, "Sum"),
        comparison=comparison,
        threshold=threshold,
        evaluation_periods=periods,
        datapoints_to_alarm=datapoints,
        treat_missing_data=missing,
    )
    stood = drilled(alarm)
    every = 10 if seconds < 60 else 60
    for after in (stood.red_after, stood.quiet_after):
        assert after is None or (after > 0 and after % every == 0)
