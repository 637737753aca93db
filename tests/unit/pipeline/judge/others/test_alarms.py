"""Tests of the alarms that teams write."""

import pytest

from pipeline.judge.observed import Counts
from pipeline.judge.others.alarms import AggregateAlarm, SamAlarm, VersionAlarm
from tests.unit.pipeline.judge.others.rollouts import ANSWERED, NOBODY, bad, stopped

FINE = (bad(0), bad(0, 900))


def test_a_whole_alias_does_not_see_a_tenth_of_it_fail_nearly_every_second_time() -> None:
    assert stopped(AggregateAlarm(), *[(bad(45), bad(4, 900))] * 10) is None


@pytest.mark.parametrize(("failed", "at"), [(50, None), (51, 60.0)])
def test_it_takes_more_than_five_percent_of_the_alias(failed: int, at: float | None) -> None:
    assert stopped(AggregateAlarm(), (bad(failed), bad(0, 900))) == at


def test_it_looks_at_the_last_five_minutes() -> None:
    outage = (bad(100), bad(200, 900))
    assert stopped(AggregateAlarm(), *[FINE] * 4, outage) == 300.0
    assert stopped(AggregateAlarm(), *[FINE] * 4, (bad(100), bad(100, 900)), *[FINE] * 3) is None


@pytest.mark.parametrize(("failed", "at"), [(5, None), (6, 120.0)])
def test_the_new_version_alone_takes_more_than_five_percent_in_a_minute(failed: int, at: float | None) -> None:
    assert stopped(VersionAlarm(), FINE, (bad(failed), bad(0, 900))) == at


def test_one_request_that_fails_is_enough_where_few_come() -> None:
    assert stopped(VersionAlarm(), (bad(1, 1), NOBODY)) == 60.0


def test_sam_s_asks_for_any_error_two_minutes_running() -> None:
    failing = (bad(0), bad(1, 900))
    assert stopped(SamAlarm(), failing, failing) == 120.0
    assert stopped(SamAlarm(), failing, FINE, failing, FINE) is None


@pytest.mark.parametrize("alarm", [AggregateAlarm(), VersionAlarm(), SamAlarm()])
@pytest.mark.parametrize("seen", [(bad(100, symptom=ANSWERED), bad(0, 900)), (NOBODY, NOBODY), FINE])
def test_none_sees_what_was_answered_or_a_lack_of_traffic(alarm: AggregateAlarm, seen: tuple[Counts, Counts]) -> None:
    assert stopped(alarm, *[seen] * 10) is None
