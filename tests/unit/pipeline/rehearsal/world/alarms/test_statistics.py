"""Statistics of one period, and the percentile's edges."""

import math
import statistics as stdlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.alarms import AlarmProblem
from pipeline.rehearsal.world.alarms.statistics import (
    MOST_VALUES,
    Samples,
    check_statistic,
    statistic_of,
    three_digits,
    too_few_for,
)

values = st.lists(st.floats(0, 1e6), min_size=1, max_size=50)


def samples(*numbers: float) -> Samples:
    made = Samples()
    for number in numbers:
        made.add(number)
    return made


def test_the_five_plain_statistics() -> None:
    made = samples(4.0, 1.0, 1.0)

    plain = {name: statistic_of(made, name) for name in ("SampleCount", "Sum", "Average", "Minimum", "Maximum")}

    assert plain == {"SampleCount": 3.0, "Sum": 6.0, "Average": 2.0, "Minimum": 1.0, "Maximum": 4.0}


def test_nothing_has_no_statistic() -> None:
    assert [statistic_of(Samples(), name) for name in ("SampleCount", "Sum", "p50")] == [None, None, None]


@pytest.mark.parametrize(
    ("statistic", "expected"), [("p0", 1.0), ("p50", 3.0), ("p90", 4.6), ("p100", 5.0), ("p62.5", 3.5)]
)
def test_percentiles_lie_between_the_closest_ranks(statistic: str, expected: float) -> None:
    assert statistic_of(samples(5, 3, 1, 2, 4), statistic) == pytest.approx(expected)


def test_a_repeated_value_counts_as_often_as_it_came() -> None:
    made = Samples()
    made.add(10.0, count=99)
    made.add(500.0)

    assert statistic_of(made, "p98") == 10.0
    assert statistic_of(made, "p99.9") == pytest.approx(10 + 490 * 0.901)


@given(values)
def test_the_median_is_the_median(numbers: list[float]) -> None:
    median = statistic_of(samples(*numbers), "p50")

    assert median == pytest.approx(stdlib.median(numbers))


@given(values, st.integers(0, 100), st.integers(0, 100))
def test_percentiles_rise_with_their_number(numbers: list[float], one: int, other: int) -> None:
    made = samples(*numbers)
    low, high = (statistic_of(made, f"p{percent}") for percent in sorted((one, other)))

    assert low is not None
    assert high is not None
    assert min(numbers) <= low <= high * (1 + 1e-9) + 1e-9
    assert high <= max(numbers) * (1 + 1e-9) + 1e-9


@given(values, values)
def test_merged_buckets_equal_one_bucket(first: list[float], second: list[float]) -> None:
    merged = samples(*first)
    merged.merge(samples(*second))
    whole = samples(*first, *second)

    assert (merged.count, merged.least, merged.most, merged.values) == (
        whole.count,
        whole.least,
        whole.most,
        whole.values,
    )
    assert merged.total == pytest.approx(whole.total)


def test_a_statistic_set_hides_the_values_and_with_them_the_percentile() -> None:
    made = samples(1.0)
    made.add_set(count=4, total=10.0, least=1.0, most=4.0)

    assert (statistic_of(made, "Average"), statistic_of(made, "p50")) == (11.0 / 5, None)


def test_a_statistic_set_of_equal_values_keeps_the_percentile() -> None:
    made = Samples()
    made.add_set(count=4, total=12.0, least=3.0, most=3.0)

    assert statistic_of(made, "p50") == 3.0


def test_negative_values_have_no_percentile() -> None:
    assert statistic_of(samples(-1.0, 2.0), "p50") is None


def test_many_values_are_kept_to_three_digits_and_memory_stays_bounded() -> None:
    numbers = [1 + index / 1000 for index in range(20 * MOST_VALUES)]
    made = samples(*numbers)

    assert made.values is not None
    assert len(made.values) <= 2 * 900  # three digits over two decades
    assert all(three_digits(value) == value for value in made.values)
    assert made.count == len(numbers)
    median = statistic_of(made, "p50")
    assert median == pytest.approx(stdlib.median(numbers), rel=0.01)


def test_three_digits_lose_at_most_half_a_percent() -> None:
    assert [three_digits(value) for value in (0.0, 1234.0, 0.0098765)] == [0.0, 1230.0, 0.00988]


@pytest.mark.parametrize("statistic", ["tm99", "TM(10%:90%)", "IQM", "wm98", "PR(:300)"])
def test_a_statistic_that_is_not_rehearsed_is_refused_by_name(statistic: str) -> None:
    with pytest.raises(AlarmProblem, match="not rehearsed") as raised:
        check_statistic(statistic, "Orders/Latency")
    assert statistic in str(raised.value)


@pytest.mark.parametrize("statistic", ["sum", "p", "p101", "p-1", "Median", ""])
def test_an_unknown_statistic_is_refused(statistic: str) -> None:
    with pytest.raises(AlarmProblem, match="unknown statistic"):
        check_statistic(statistic, "Orders/Latency")


@pytest.mark.parametrize(
    ("statistic", "needed"), [("p50", 20), ("p90", 100), ("p99", 1000), ("p99.9", 10_000), ("p10", 100), ("p1", 1000)]
)
def test_low_samples_as_documented(statistic: str, needed: int) -> None:
    """10/(1-p) from the median up, 10/p below it."""
    assert (too_few_for(statistic, needed - 1), too_few_for(statistic, needed)) == (True, False)


@pytest.mark.parametrize("statistic", ["p0", "p100"])
def test_the_extremes_never_have_too_few_samples(statistic: str) -> None:
    assert not too_few_for(statistic, 1)


def test_plain_statistics_never_have_too_few_samples() -> None:
    assert not too_few_for("Average", 1)


def test_the_largest_values_do_not_overflow_silently() -> None:
    assert statistic_of(samples(1e308, 1e308), "Sum") == math.inf
