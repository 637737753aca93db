"""Tests of the Poisson distribution."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.canary.poisson import Distribution, poisson

MEANS = st.floats(0.001, 12_000.0)


def chances(distribution: Distribution) -> list[float]:
    """The probability of each count from `least` on."""
    return [later - earlier for earlier, later in pairwise((0.0, *distribution.upto))]


@given(MEANS)
def test_its_mean_and_its_variance_are_its_mean(mean: float) -> None:
    drawn = poisson(mean)
    counts = [(drawn.least + number, chance) for number, chance in enumerate(chances(drawn))]
    expected = sum(count * chance for count, chance in counts)
    assert expected == pytest.approx(mean, rel=1e-6, abs=1e-8)
    assert sum((count - expected) ** 2 * chance for count, chance in counts) == pytest.approx(mean, rel=1e-5, abs=1e-8)


@given(st.floats(0.01, 50.0))
def test_it_is_what_the_formula_says(mean: float) -> None:
    drawn = poisson(mean)
    for number, chance in enumerate(chances(drawn)[:20]):
        count = drawn.least + number
        assert chance == pytest.approx(math.exp(-mean) * mean**count / math.factorial(count), abs=1e-9)


@given(MEANS, st.floats(0.0, 1.0, exclude_max=True), st.floats(0.0, 1.0, exclude_max=True))
def test_a_higher_place_is_no_lower_count(mean: float, one: float, other: float) -> None:
    assert 0 <= poisson(mean).draw(min(one, other)) <= poisson(mean).draw(max(one, other))
