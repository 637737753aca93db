"""Tests of the interval of a shift."""

from collections import Counter
from collections.abc import Sequence
from math import inf, sqrt
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.judge.others.mann_whitney import shift

VALUES = st.lists(st.integers(0, 12).map(float), min_size=1, max_size=10)


def statistic(ours: Sequence[float], theirs: Sequence[float], moved: float) -> float:
    """The test's normal value from ranks, as its definition has it: equal values share the mean of their ranks."""
    both = [*(value - moved for value in ours), *theirs]
    ranks = [sum(other < value for other in both) + (both.count(value) + 1) / 2 for value in both]
    few, many, n = len(ours), len(theirs), len(both)
    beyond = sum(ranks[:few]) - few * (few + 1) / 2 - few * many / 2
    ties = sum(count**3 - count for count in Counter(both).values())
    correction = 0.5 if beyond > 0 else -0.5 if beyond < 0 else 0.0
    return (beyond - correction) / sqrt(few * many / 12 * (n + 1 - ties / (n * (n - 1))))


def searched(ours: Sequence[float], theirs: Sequence[float], confidence: float) -> float:
    """The lower end of the interval, by halving the stretch that it lies in."""
    least, most = min(ours) - max(theirs), max(ours) - min(theirs)
    needed = NormalDist().inv_cdf((1 + confidence) / 2)
    if statistic(ours, theirs, least) <= needed:
        return least
    for _ in range(60):
        middle = (least + most) / 2
        least, most = (middle, most) if statistic(ours, theirs, middle) > needed else (least, middle)
    return most


@given(VALUES, VALUES, st.sampled_from((0.6, 0.9, 0.95, 0.98)))
def test_the_lower_end_is_where_a_search_for_it_ends(ours: list[float], theirs: list[float], confidence: float) -> None:
    assume(len(set(ours)) > 1 or len(set(theirs)) > 1)
    assert shift(ours, theirs).lower(confidence) == pytest.approx(searched(ours, theirs, confidence), abs=1e-6)


def test_four_against_four_by_hand() -> None:
    """Of 16 pairs 8 are expected, with a spread of sqrt(16 * 9 / 12) = 3.464.

    At 95 % the interval begins where no more than 8 + 1.960 * 3.464 + 0.5 = 15.29, so 15, differences lie above: at the
    smallest. At 80 % it is 8 + 1.282 * 3.464 + 0.5 = 12.94: at the fourth.
    """
    found = shift([10, 20, 30, 40], [1, 2, 3, 4])
    assert (found.lower(0.95), found.lower(0.8), found.estimate) == (6, 9, 22.5)


def test_ties_make_the_spread_smaller_by_hand() -> None:
    """Three and two equal values of five on each side: 25 / 12 * (11 - (24 + 6 + 24 + 6) / 90) = 21.53."""
    assert shift([1, 1, 1, 2, 2], [3, 3, 4, 4, 4]).spread == pytest.approx(sqrt(25 / 12 * (11 - 60 / 90)))
    assert shift([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]).spread == pytest.approx(sqrt(25 / 12 * 11))


def test_98_percent_takes_five_values_on_both_sides() -> None:
    """Moved onto each other by one pair, the test says 2.409 of five and 2.031 of four; 98 % needs 2.326."""
    needed = NormalDist().inv_cdf(0.99)
    assert statistic([11, 12, 13, 14, 15], [1, 2, 3, 4, 5], 6) > needed
    assert statistic([11, 12, 13, 14], [1, 2, 3, 4], 7) < needed


@given(VALUES, VALUES)
def test_more_confidence_is_no_narrower_and_the_estimate_lies_above(ours: list[float], theirs: list[float]) -> None:
    assume(len(set(ours)) > 1 or len(set(theirs)) > 1)
    found = shift(ours, theirs)
    ends = [-inf, *(found.lower(confidence) for confidence in (0.999, 0.98, 0.95, 0.8, 0.1))]
    assert ends == sorted(ends)
    assert ends[-1] <= found.estimate
    assert found.estimate == -shift(theirs, ours).estimate


@pytest.mark.parametrize(("ours", "theirs"), [([], [1.0]), ([1.0], [])])
def test_nothing_is_shifted_by_nothing(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="not defined"):
        shift(ours, theirs)


def test_two_values_that_never_vary_have_no_interval() -> None:
    with pytest.raises(ValueError, match=r"all of ours are 1.0 and all of theirs 0.0"):
        shift([1.0, 1.0], [0.0])
