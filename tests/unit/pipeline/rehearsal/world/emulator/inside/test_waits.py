"""Waits of functions on a faster clock."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.emulator.inside.waits import compressed


def test_a_wait_is_as_much_shorter_as_the_clock_is_faster() -> None:
    assert compressed({"LOOK_WAIT_SECONDS": "10", "BAKE_WAIT_SECONDS": "0"}, 30.0) == {
        "LOOK_WAIT_SECONDS": "0.333333",
        "BAKE_WAIT_SECONDS": "0",
    }


def test_whatever_is_no_wait_stays() -> None:
    assert compressed({"TIMEOUT_SECONDS": "10", "WAIT": "10", "A_WAIT_SECONDS_LONG": 10}, 30.0) == {
        "TIMEOUT_SECONDS": "10",
        "WAIT": "10",
        "A_WAIT_SECONDS_LONG": "10",
    }


def test_a_wait_that_is_no_number_is_left_for_its_function_to_tell() -> None:
    assert compressed({"LOOK_WAIT_SECONDS": "soon"}, 30.0) == {"LOOK_WAIT_SECONDS": "soon"}


@given(st.floats(0, 1e6), st.floats(0.1, 1e4))
def test_a_wait_stays_a_number_that_is_not_negative(seconds: float, speed: float) -> None:
    assert float(compressed({"A_WAIT_SECONDS": seconds}, speed)["A_WAIT_SECONDS"]) >= 0
