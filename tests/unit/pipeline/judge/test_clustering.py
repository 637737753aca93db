"""Tests of how many bad requests come of one fault."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.clustering import LEAST_BAD, LEAST_MINUTES, MOST, clustering

REQUESTS = 6_000
"""In a minute, a hundred a second."""


def hour(seed: int, each: float, together: int, minutes: int = 60) -> list[tuple[int, int]]:
    """Minutes in which faults come by chance, `each` in a minute, and every fault fails so many requests."""
    chance = Random(seed)  # noqa: S311 - a simulation
    return [(REQUESTS, together * sum(chance.random() < each / 200 for _ in range(200))) for _ in range(minutes)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("each", [0.5, 3, 30])
def test_failures_that_come_one_by_one_are_witnesses_of_their_own(seed: int, each: float) -> None:
    assert clustering(hour(seed, each, 1)) == 1.0


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("together", [8, 20])
def test_failures_that_come_together_are_one_witness(seed: int, together: int) -> None:
    assert 0.5 * together < clustering(hour(seed, 3, together)) < 1.8 * together


def test_an_incident_in_the_hour_before_makes_it_slower_and_not_blind() -> None:
    assert clustering([*hour(1, 30, 1), (REQUESTS, 1_800)]) == MOST


def test_that_more_come_when_more_ask_is_no_cluster() -> None:
    assert clustering([(60 * n, 3 * n) for n in range(1, 61)]) == 1.0


@pytest.mark.parametrize(
    "minutes",
    [
        [],
        [(100, 50)] * (LEAST_MINUTES - 1),
        [*[(100, 0)] * 59, (100, LEAST_BAD - 1)],
        [*[(0, 0)] * 59, (100, 50)],
        [(100, 100)] * 60,
    ],
    ids=["none", "too few minutes", "too few bad", "nobody came", "all fail all the time"],
)
def test_where_nothing_is_known_they_are_taken_to_come_one_by_one(minutes: list[tuple[int, int]]) -> None:
    assert clustering(minutes) == 1.0


def test_ten_minutes_with_ten_bad_ones_are_enough_to_know() -> None:
    assert clustering([*[(100, 0)] * 9, (100, 10)]) == pytest.approx(10.0)


@given(st.lists(st.integers(0, 10**12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=80))
def test_it_lies_between_one_and_the_most_whatever_was_counted(minutes: list[tuple[int, int]]) -> None:
    assert 1.0 <= clustering(minutes) <= MOST


@given(st.lists(st.tuples(st.just(1_000), st.integers(0, 1_000)), min_size=10, max_size=60), st.randoms())
def test_the_order_of_the_minutes_says_nothing(minutes: list[tuple[int, int]], chance: Random) -> None:
    other = list(minutes)
    chance.shuffle(other)
    assert clustering(other) == pytest.approx(clustering(minutes))
