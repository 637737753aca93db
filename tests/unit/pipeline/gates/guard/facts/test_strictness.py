"""Whether an alarm still fires wherever another one did."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.guard.facts.metric_math import CannotTell
from pipeline.gates.guard.facts.strictness import Question, no_longer_fires, sees_otherwise

ERRORS, REQUESTS = ("Orders", "ServerErrors", "Sum"), ("Orders", "Requests", "Sum")


def asked(expression: str, threshold: float | None = 1, comparison: str = "GreaterThanThreshold") -> Question:
    rows = (("errors", ERRORS), ("requests", REQUESTS))
    return Question(rows, (("rate", expression),), "rate", comparison, threshold)


RATE = asked("IF(errors >= 3 AND requests >= 10, 100 * errors / requests, 0)")


@pytest.mark.parametrize(
    "weaker",
    [
        "IF(errors >= 4 AND requests >= 10, 100 * errors / requests, 0)",
        "IF(errors >= 3 AND requests >= 11, 100 * errors / requests, 0)",
        "IF(errors >= 3 AND requests >= 10, 90 * errors / requests, 0)",
        "IF(errors >= 3 AND requests >= 10, errors / requests, 0)",
        "0 * errors",
        "MIN([errors, 1])",
        "0",
    ],
)
def test_an_expression_that_asks_for_more_fires_less(weaker: str) -> None:
    assert no_longer_fires(RATE, asked(weaker)) is not None


@pytest.mark.parametrize(
    "stricter",
    [
        "IF(errors >= 2 AND requests >= 10, 100 * errors / requests, 0)",
        "IF(errors >= 3 AND requests >= 5, 100 * errors / requests, 0)",
        "IF(requests >= 10, 100 * errors / requests, 0)",
        "100 * errors / requests",
        "IF(requests >= 10 AND errors >= 3, 100 * (errors / requests), 0)",
    ],
)
def test_an_expression_that_asks_for_less_fires_as_much(stricter: str) -> None:
    assert no_longer_fires(RATE, asked(stricter)) is None


def test_the_same_in_other_words_is_the_same() -> None:
    parts = asked("IF(errors >= 3 AND requests >= 10, errors / requests, 0)", 0.01)
    assert no_longer_fires(RATE, parts) is None


def test_another_series_can_not_be_compared() -> None:
    with pytest.raises(CannotTell):
        no_longer_fires(Question((("m", ERRORS),), (), "m", "GreaterThanThreshold", 1), RATE)


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_threshold_is_as_strict_as_another_if_it_is_no_higher(old: int, new: int) -> None:
    missed = no_longer_fires(asked("errors", old), asked("errors", new))
    assert (missed is None) == (new <= old)


def by(minutes: float, errors: int, requests: int) -> Question:
    text = f"IF(errors >= {errors} AND requests >= {requests}, 100 * errors / requests, 0)"
    return replace(asked(text), minutes=minutes)


@pytest.mark.parametrize(
    "weaker",
    [by(1, 1, 8), by(1, 1, 10), by(1, 3, 2), by(2, 1, 5), by(1 / 6, 1, 2), by(5, 4, 10)],
)
def test_a_shorter_period_that_needs_as_many_requests_misses_what_comes_slowly(weaker: Question) -> None:
    assert no_longer_fires(by(5, 3, 10), weaker) is not None


@pytest.mark.parametrize(
    "as_strict",
    [by(5, 3, 10), by(1, 1, 2), by(1, 1, 1), by(2, 1, 4), by(15, 3, 10), by(10, 3, 10), by(1 / 6, 1, 1)],
)
def test_a_period_with_numbers_that_fit_it_misses_nothing(as_strict: Question) -> None:
    assert no_longer_fires(by(5, 3, 10), as_strict) is None


def test_one_that_comes_now_and_then_is_one_in_a_shorter_period_too() -> None:
    hourly = replace(asked("errors", 1, "GreaterThanOrEqualToThreshold"), minutes=60)
    assert no_longer_fires(hourly, replace(hourly, minutes=1)) is None
    assert no_longer_fires(hourly, replace(hourly, minutes=1 / 6)) is None
    assert no_longer_fires(replace(hourly, threshold=60), replace(hourly, threshold=60, minutes=1)) is not None


def test_how_long_requests_take_is_the_same_in_every_period() -> None:
    slow = Question((("m", ("Orders", "Latency", "p99")),), (), "m", "GreaterThanThreshold", 1_000, minutes=5)
    assert no_longer_fires(slow, replace(slow, minutes=1)) is None


FEW = asked("FILL(errors, 0)", 5, "LessThanThreshold")


def test_where_nothing_comes_it_fires_as_it_did() -> None:
    missed = no_longer_fires(FEW, asked("FILL(errors, REPEAT)", 5, "LessThanThreshold"))
    assert missed == "Requests nothing, ServerErrors nothing"
    assert no_longer_fires(FEW, asked("errors", 5, "LessThanThreshold")) is not None
    breaching = replace(asked("errors", 5, "LessThanThreshold"), without_data=True)
    assert no_longer_fires(FEW, breaching) is None
    assert no_longer_fires(asked("errors", 5, "LessThanThreshold"), FEW) is None


@pytest.mark.parametrize("other", ["FILL(errors, REPEAT)", "FILL(errors, 5)", "errors", "2 * FILL(errors, 0)", "0"])
def test_a_row_of_other_numbers_is_another(other: str) -> None:
    assert sees_otherwise(FEW, asked(other)) is not None


@pytest.mark.parametrize("same", ["FILL( errors, 0 )", "FILL(errors, 0) + 0", "SUM([FILL(errors, 0)])"])
def test_a_row_of_the_same_numbers_in_other_words_is_the_same(same: str) -> None:
    assert sees_otherwise(FEW, asked(same)) is None


def test_a_condition_on_nothing_is_nothing() -> None:
    assert sees_otherwise(FEW, asked("IF(errors > 0, errors, 0)")) == "Requests nothing, ServerErrors nothing"


def test_a_row_may_hold_numbers_where_it_held_none() -> None:
    assert sees_otherwise(asked("errors"), FEW) is None
