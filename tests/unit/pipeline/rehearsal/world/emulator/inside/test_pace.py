"""How fast the world may run, so that a canary is asked often enough to be judged."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.emulator.inside.pace import SLOWEST, WANTED, Progress, pace

TOP = 30.0
PROGRESSES = st.builds(Progress, st.integers(0, 500), st.floats(0, 500), st.floats(0, 3_600))


def test_nobody_waits_where_nothing_shifts_or_requests_are_plenty() -> None:
    assert pace(TOP, []) == TOP
    assert pace(TOP, [Progress(0, 50.0, 300.0), Progress(WANTED, 0.0, 300.0)]) == TOP


def test_the_clock_slows_down_so_that_the_requests_come_before_the_last_shift() -> None:
    assert pace(TOP, [Progress(WANTED - 20, 2.0, 200.0)]) == 20.0  # twenty more take ten seconds


def test_the_rollout_with_the_fewest_requests_sets_the_pace_and_half_is_the_slowest() -> None:
    assert pace(TOP, [Progress(0, 50.0, 300.0), Progress(0, 3.0, 300.0)]) == 22.5
    assert pace(TOP, [Progress(0, 0.0, 300.0)]) == TOP * SLOWEST


@given(st.floats(1, 1_000), st.lists(PROGRESSES, max_size=5))
def test_the_pace_stays_between_half_and_all_of_what_was_asked_for(top: float, rollouts: list[Progress]) -> None:
    assert top * SLOWEST <= pace(top, rollouts) <= top


@given(st.lists(PROGRESSES, max_size=5), PROGRESSES)
def test_one_more_rollout_never_makes_it_faster(rollouts: list[Progress], one: Progress) -> None:
    assert pace(TOP, [*rollouts, one]) <= pace(TOP, rollouts)
