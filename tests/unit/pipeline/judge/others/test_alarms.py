"""Tests of the alarms that teams write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.observed import Counts
from pipeline.judge.others.alarms import EXTRA_PERIODS, AggregateAlarm, SamAlarm, VersionAlarm, in_alarm
from pipeline.judge.others.rule import OtherJudge, Said
from pipeline.rehearsal.world.alarms.missing_data import decide
from pipeline.rehearsal.world.alarms.model import AlarmState, MissingData
from tests.unit.pipeline.judge.others.rollouts import ANSWERED, NOBODY, bad, said, stopped

FINE = (bad(0), bad(0, 900))
FAILING = (bad(0), bad(1, 900))
EMPTY = (NOBODY, NOBODY)


def test_a_whole_alias_does_not_see_a_tenth_of_it_fail_nearly_every_second_time() -> None:
    assert stopped(AggregateAlarm(), *[(bad(45), bad(4, 900))] * 10) is None


@pytest.mark.parametrize(("failed", "at"), [(50, None), (51, 60.0)])
def test_it_takes_more_than_five_percent_of_the_alias(failed: int, at: float | None) -> None:
    assert stopped(AggregateAlarm(), (bad(failed), bad(0, 900))) == at


def test_it_looks_at_the_last_five_minutes() -> None:
    outage = (bad(100), bad(200, 900))
    assert stopped(AggregateAlarm(), *[FINE] * 4, outage) == 300.0
    assert stopped(AggregateAlarm(), *[FINE] * 4, (bad(100), bad(100, 900)), *[FINE] * 3) is None


def test_with_what_was_well_before_a_canary_of_a_tenth_that_only_fails_takes_three_minutes() -> None:
    only_failing = [(bad(100), bad(0, 900))] * 5
    assert stopped(AggregateAlarm(), *[(NOBODY, bad(0, 1000))] * 5, *only_failing, began=-5) == 180.0
    assert stopped(AggregateAlarm(), *only_failing) == 60.0


def test_what_was_bad_before_the_shift_alone_fires_at_its_first_minute_at_the_earliest() -> None:
    assert stopped(AggregateAlarm(), *[(NOBODY, bad(500, 1000))] * 5, FINE, began=-5) == 60.0
    assert stopped(SamAlarm(), *[FAILING] * 4, began=-3) == 60.0


def test_it_tells_its_numbers() -> None:
    assert said(AggregateAlarm(), FINE, (bad(100), bad(20, 900))) == Said(
        120.0, "120 of 2,000 invocations of the alias ended in an error"
    )


@pytest.mark.parametrize(("failed", "at"), [(5, None), (6, 120.0)])
def test_the_new_version_alone_takes_more_than_five_percent_in_a_minute(failed: int, at: float | None) -> None:
    assert stopped(VersionAlarm(), FINE, (bad(failed), bad(0, 900))) == at


def test_one_request_that_fails_is_enough_where_few_come() -> None:
    assert stopped(VersionAlarm(), (bad(1, 1), NOBODY)) == 60.0


def test_what_the_stable_version_fails_is_not_the_new_version_s() -> None:
    assert stopped(VersionAlarm(), *[(bad(0), bad(900, 900))] * 5) is None


def test_sam_s_asks_for_any_error_two_minutes_running() -> None:
    assert stopped(SamAlarm(), FAILING, FAILING) == 120.0
    assert stopped(SamAlarm(), FAILING, FINE, FAILING, FINE) is None


def test_sam_s_does_not_take_a_minute_in_which_nobody_asks_for_a_healthy_one() -> None:
    assert stopped(SamAlarm(), FINE, FAILING, EMPTY, FAILING) == 240.0
    assert stopped(SamAlarm(), FAILING, EMPTY) == 120.0
    assert stopped(SamAlarm(), FINE, FAILING, EMPTY, FINE) is None


def test_sam_s_alarm_of_the_version_fires_where_the_stable_one_kept_the_alias_s_from_it() -> None:
    one, none = (bad(1, 1), bad(0, 900)), (NOBODY, bad(0, 900))
    assert said(SamAlarm(), FINE, one, none, one) == Said(
        240.0, "errors of the new version, in 2 datapoints of a minute"
    )


@given(points=st.lists(st.sampled_from((True, False, None)), max_size=4))
def test_sam_s_is_in_alarm_where_the_rehearsal_s_cloudwatch_is(points: list[bool | None]) -> None:
    whole = [None] * (2 + EXTRA_PERIODS - len(points)) + points
    state = decide(whole, 2, 2, MissingData.MISSING, AlarmState.OK).state
    assert in_alarm(points, 2) == (state is AlarmState.ALARM)


@pytest.mark.parametrize("alarm", [AggregateAlarm(), VersionAlarm(), SamAlarm()])
@pytest.mark.parametrize("seen", [(bad(100, symptom=ANSWERED), bad(0, 900)), EMPTY, FINE])
def test_none_sees_what_was_answered_or_a_lack_of_traffic(alarm: OtherJudge, seen: tuple[Counts, Counts]) -> None:
    assert stopped(alarm, *[seen] * 10) is None
