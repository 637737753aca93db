"""The steps of a shift, as hooks read them from their environment."""

import pytest

from pipeline.hooks.steps import gradual, highest, read_steps

CANARY = read_steps("[[0,0.1],[300,1]]")


def test_the_part_of_a_bin_is_the_largest_at_any_moment_of_it() -> None:
    assert [highest(CANARY, until) for until in (-10, 0, 10, 300, 301, 310)] == [0.0, 0.0, 0.1, 0.1, 1.0, 1.0]


def test_what_moves_at_once_is_not_gradual() -> None:
    assert not gradual(read_steps("[[0,1]]"))
    assert gradual(CANARY)


@pytest.mark.parametrize("text", ["[]", "[[10,0.1],[300,1]]", "[[0,0.1],[300,0.9]]", "[[0,0.1],[0,1]]"])
def test_steps_that_do_not_shift_everything_from_the_start_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="SHIFT is"):
        read_steps(text)
