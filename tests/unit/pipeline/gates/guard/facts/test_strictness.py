"""Whether an alarm still fires wherever another one did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.guard.facts.metric_math import CannotTell
from pipeline.gates.guard.facts.strictness import Question, no_longer_fires

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
