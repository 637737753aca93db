"""Figures and durations: the same word for the same thing, and never a smaller word for a larger thing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.record.verdict import Measurement, Outcome
from pipeline.report import words

DAY = 86_400.0
FIGURES = st.floats(-1e12, 1e12)


def seconds_of(text: str) -> float:
    minutes, rest = re.fullmatch(r"(?:(\d+) m )?(\d+(?:\.\d)?) s", text).groups()  # type: ignore[union-attr]
    return 60 * int(minutes or 0) + float(rest)


def value_of(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0.0 s"),
        (0.34, "0.3 s"),
        (9.94, "9.9 s"),
        (9.95, "10 s"),
        (38, "38 s"),
        (59.4, "59 s"),
        (59.6, "1 m 00 s"),
        (86, "1 m 26 s"),
        (3_725, "62 m 05 s"),
    ],
)
def test_durations_are_worded(value: float | None, text: str) -> None:
    assert words.seconds(value) == text


@given(st.floats(0, DAY), st.floats(0, DAY))
def test_a_longer_duration_never_reads_shorter(one: float, other: float) -> None:
    short, long = sorted((one, other))
    assert seconds_of(words.seconds(short)) <= seconds_of(words.seconds(long))


@given(st.floats(0, DAY))
def test_a_duration_reads_as_it_is_within_half_of_its_last_digit(value: float) -> None:
    assert abs(seconds_of(words.seconds(value)) - value) <= 0.5


@pytest.mark.parametrize(("value", "text"), [(0, "0:00"), (40.9, "0:40"), (725, "12:05"), (3_600, "60:00")])
def test_points_in_time_are_worded(value: float, text: str) -> None:
    assert words.clock(value) == text


@given(st.floats(0, DAY))
def test_a_point_in_time_is_the_second_that_has_begun(value: float) -> None:
    minutes, seconds = map(int, words.clock(value).split(":"))
    assert 60 * minutes + seconds == int(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2_412, "2,412"),
        (2_412.0, "2,412"),
        (2.44, "2.44"),
        (100 * 3 / 17, "17.647"),
        (1_234.56, "1,234.6"),
        (-0.5, "-0.5"),
        (0.00012, "0.00012"),
    ],
)
def test_figures_are_worded(value: float, text: str) -> None:
    assert words.number(value) == text


@given(FIGURES, FIGURES)
def test_a_larger_figure_never_reads_smaller(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert value_of(words.number(low)) <= value_of(words.number(high))


@given(st.integers(-(10**12), 10**12))
def test_whole_figures_read_exactly(value: int) -> None:
    assert value_of(words.number(value)) == value


@pytest.mark.parametrize(
    ("measurement", "said"),
    [
        (Measurement("lines", 94, "%", 90, None), ("lines 94 %", "≥ 90 %")),
        (Measurement("failed", 0, "", None, 0), ("failed 0", "≤ 0")),
        (Measurement("latency", 182.5, "ms", 1, 3_000), ("latency 182.5 ms", "≥ 1 ms, ≤ 3,000 ms")),
        (Measurement("cases", 2_412), ("cases 2,412", "")),
    ],
)
def test_a_measurement_is_worded_with_its_limits(measurement: Measurement, said: tuple[str, str]) -> None:
    assert (words.measured(measurement), words.limit(measurement)) == said


def test_every_outcome_has_a_sign_of_its_own() -> None:
    signs = [words.glyph(outcome) for outcome in (None, *Outcome)]
    assert len(set(signs)) == len(signs)


def test_a_commit_with_uncommitted_work_is_not_called_by_the_commit_alone() -> None:
    assert (words.short("3f9c1a2" + "0" * 33), words.short("3f9c1a2" + "0" * 33, dirty=True)) == (
        "3f9c1a2",
        "3f9c1a2 + uncommitted work",
    )
