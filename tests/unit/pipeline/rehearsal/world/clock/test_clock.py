"""The compressed clock."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.clock import CompressedClock


class Monotonic:
    """A monotonic clock set by hand; it starts anywhere, as the real one does."""

    def __init__(self, at: float = 5_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def test_the_world_runs_faster_than_the_wall() -> None:
    monotonic = Monotonic()
    clock = CompressedClock(30, monotonic, epoch=1_800_000_000)
    seen = [clock.now()]
    for seconds in (1, 9):
        monotonic.at += seconds
        seen.append(clock.now())

    assert seen == [1_800_000_000, 1_800_000_030, 1_800_000_300]


def test_a_canary_of_five_minutes_waits_ten_seconds() -> None:
    clock = CompressedClock(30, Monotonic(), epoch=0)

    assert (clock.real_seconds(300), clock.world_seconds(10)) == (10, 300)


def test_waiting_until_a_world_time() -> None:
    monotonic = Monotonic()
    clock = CompressedClock(60, monotonic, epoch=1000)
    monotonic.at += 2

    assert [clock.real_seconds_until(at) for at in (1240, 1120, 1000)] == [2, 0, 0]
    assert clock.real_seconds(-5) == 0


@pytest.mark.parametrize("speed", [0, -1, float("inf"), float("nan")])
def test_a_speed_that_would_stop_time_or_turn_it_back_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="give a number above 0, such as 30"):
        CompressedClock(speed, Monotonic(), epoch=0)


@given(st.floats(0.1, 1000), st.floats(0, 1e5))
def test_waiting_as_told_brings_the_world_there(speed: float, ahead: float) -> None:
    monotonic = Monotonic(0.0)
    clock = CompressedClock(speed, monotonic, epoch=0.0)

    monotonic.at += clock.real_seconds_until(ahead)

    assert clock.now() == pytest.approx(ahead)


@given(st.lists(st.floats(0, 1000), max_size=20))
def test_the_world_never_runs_back(steps: list[float]) -> None:
    monotonic = Monotonic()
    clock = CompressedClock(30, monotonic, epoch=1e9)
    seen = []
    for step in steps:
        monotonic.at += step
        seen.append(clock.now())

    assert seen == sorted(seen)


def test_another_pace_counts_from_now_on_without_a_jump() -> None:
    monotonic = Monotonic()
    clock = CompressedClock(30, monotonic, epoch=0)
    monotonic.at += 2
    clock.run_at(15)
    seen = [clock.now()]
    monotonic.at += 2
    seen.append(clock.now())
    clock.run_at(30)
    monotonic.at += 1
    seen.append(clock.now())

    assert seen == [60, 90, 120]
    assert (clock.speed, clock.real_seconds_until(150)) == (30, 1)


def test_a_time_has_come_when_the_clock_shows_it() -> None:
    monotonic = Monotonic()
    clock = CompressedClock(30, monotonic, epoch=0)
    monotonic.at += 1

    assert [clock.has_come(at) for at in (29, 30, 31)] == [True, True, False]


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(0.1, 1000)), max_size=20))
def test_the_world_never_runs_back_whatever_its_pace(steps: list[tuple[float, float]]) -> None:
    monotonic = Monotonic()
    clock = CompressedClock(30, monotonic, epoch=0)
    seen = [clock.now()]
    for step, speed in steps:
        monotonic.at += step
        clock.run_at(speed)
        seen.append(clock.now())

    assert all(later >= earlier or later == pytest.approx(earlier) for earlier, later in pairwise(seen))
