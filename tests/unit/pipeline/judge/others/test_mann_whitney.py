"""Tests of the interval of a shift."""

from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.others.mann_whitney import Shift, quantile, shift


def counted(ours: int, theirs: int, u: int) -> int:
    """In how many orders U is at most `u`, by trying all."""
    places = range(ours + theirs)
    return sum(sum(chosen) - comb(ours, 2) <= u for chosen in combinations(places, ours))


@pytest.mark.parametrize(("ours", "theirs"), [(1, 1), (3, 4), (5, 5), (4, 7)])
@pytest.mark.parametrize("tail", [0.01, 0.025, 0.2, 0.5])
def test_a_quantile_is_the_smallest_that_holds_as_much(ours: int, theirs: int, tail: float) -> None:
    u, whole = quantile(ours, theirs, tail), comb(ours + theirs, ours)
    assert counted(ours, theirs, u) >= tail * whole
    assert u == 0 or counted(ours, theirs, u - 1) < tail * whole


def test_five_against_five_at_98_percent_by_hand() -> None:
    """P(U <= 1) is 2 of 252, P(U <= 2) 4 of 252: the second of 25 differences from each end."""
    assert quantile(5, 5, 0.01) == 2
    assert shift([11, 12, 13, 14, 15], [1, 2, 3, 4, 5], 0.98) == Shift(10, 7, 13)


def test_many_values_are_taken_as_normal() -> None:
    found = shift(list(range(100, 200)), list(range(100)), 0.95)
    assert found.estimate == 100
    assert 90 <= found.lower < 100 < found.upper <= 110


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=12),
    st.lists(st.floats(0, 1), min_size=1, max_size=12),
    st.floats(0.5, 0.999),
)
def test_the_estimate_lies_within_and_turning_both_round_turns_it_round(
    ours: list[float], theirs: list[float], confidence: float
) -> None:
    forth, back = shift(ours, theirs, confidence), shift(theirs, ours, confidence)
    assert forth.lower <= forth.estimate <= forth.upper
    assert (back.lower, back.upper) == (-forth.upper, -forth.lower)


@pytest.mark.parametrize(("ours", "theirs"), [([], [1.0]), ([1.0], [])])
def test_nothing_is_shifted_by_nothing(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="not defined"):
        shift(ours, theirs, 0.98)
