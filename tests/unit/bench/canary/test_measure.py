"""Tests of what is counted of a judge's runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.others.rule import Said
from tests.bench.canary.cells import named
from tests.bench.canary.draw import Run, draw
from tests.bench.canary.measure import Tally, failed, measured, passes, tally
from tests.unit.bench.canary.rules import StopsAt

RUN = Run((), (1, 2, 4, 8, 16, 32, 64), 3)


def stopped_at(at: float | None) -> Said:
    return Said(at, "")


def test_failed_requests_count_until_all_traffic_is_back_half_a_minute_later() -> None:
    assert failed(RUN, stopped_at(10.0)) == 1 + 2 + 4 + 8


def test_a_rollback_after_the_end_of_the_shift_and_none_count_all_of_it() -> None:
    assert failed(RUN, stopped_at(60.0)) == failed(RUN, stopped_at(None)) == 127


@given(st.floats(0.0, 600.0), st.floats(0.0, 600.0))
def test_who_stops_earlier_lets_no_more_fail(one: float, other: float) -> None:
    assert failed(RUN, stopped_at(min(one, other))) <= failed(RUN, stopped_at(max(one, other)))


def test_seconds_count_from_when_traffic_began_to_shift() -> None:
    cell = named("thrown-100/canary/10")
    found = tally(cell, 1, range(20), [StopsAt(60.0)])["stopper"]
    assert list(found.seconds) == [60 + 30 - draw(cell, 1, number).offset for number in range(20)]


@pytest.mark.parametrize("cell", ["thrown-20/linear/10", "incident/canary/10"])
def test_parts_together_are_the_whole(cell: str) -> None:
    whole, *parts = (tally(named(cell), 1, numbers, [StopsAt(60.0)]) for numbers in (range(9), range(4), range(4, 9)))
    assert {name: parts[0][name] + parts[1][name] for name in whole} == whole


def test_a_median_over_all_runs_takes_one_that_was_never_stopped_for_endless() -> None:
    seldom = measured("cell", "judge", Tally((40.0,), (3, 5, 10)))
    assert (seldom.seconds, seldom.typical, seldom.failed, seldom.failed_mean) == (40.0, None, 5, 6.0)
    assert measured("cell", "judge", Tally((40.0, 50.0), (3, 5, 10))).typical == 50.0
    assert measured("cell", "judge", Tally((), (3,))).seconds is None


def test_where_nobody_asks_ours_passes_nothing_and_a_judge_that_does_not_stop_everything() -> None:
    found = tally(named("no-traffic/linear/0"), 1, range(5), [StopsAt(None)])
    counted = {name: measured("no-traffic/linear/0", name, each) for name, each in found.items()}
    assert counted["ours"].verdicts == {"no-traffic": 5}
    assert {name: passes(one) for name, one in counted.items()} == {
        "ours": 0,
        "ours, Lambda's minutes": 5,
        "stopper": 5,
    }


def test_a_total_outage_is_stopped_by_the_symptom_that_it_has() -> None:
    found = tally(named("5xx-100/canary/100"), 1, range(5), [])["ours"]
    assert found.by == {"server-errors": 5}
    assert found.verdicts == {"rollback": 5}
