"""Tests of what a canary has shown that was not convicted."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.health import canary_s, log_health, needed, rules_out
from pipeline.judge.observed import Symptom
from tests.unit.pipeline.judge.seen import E, bins, counts
from tests.unit.pipeline.judge.test_sequential import binomial


@pytest.mark.parametrize(
    ("tolerated", "doubt", "requests"), [(0.05, 0.001, 159), (0.05, 0.01, 111), (0.01, 0.001, 810), (0.5, 0.5, 2)]
)
def test_so_many_good_requests_rule_a_rate_out(tolerated: float, doubt: float, requests: int) -> None:
    assert needed(tolerated, doubt) == requests
    assert rules_out(requests, 0, tolerated, doubt)
    assert not rules_out(requests - 1, 0, tolerated, doubt)


def test_nobody_asked_rules_nothing_out() -> None:
    assert log_health(0, 0, 0.05) == 0.0


def test_a_bad_request_takes_more_good_ones() -> None:
    assert rules_out(160, 0, 0.05, 0.001)
    assert not rules_out(160, 1, 0.05, 0.001)
    assert rules_out(400, 4, 0.05, 0.001)


def test_what_fails_as_often_as_is_tolerated_is_never_ruled_out() -> None:
    assert not any(rules_out(requests, requests // 20, 0.05, 0.01) for requests in range(20, 100_000, 20))


@pytest.mark.parametrize(("rate", "requests"), [(0.02, 1_000), (0.03, 10_000), (0.04, 10_000), (0.045, 100_000)])
def test_the_closer_a_rate_is_to_what_is_tolerated_the_more_requests_it_takes(rate: float, requests: int) -> None:
    assert rules_out(requests, round(rate * requests), 0.05, 0.01)
    assert not rules_out(requests // 10, round(rate * requests / 10), 0.05, 0.01)


@given(st.integers(1, 120), st.floats(0.01, 0.6), st.floats(0.0, 1.0))
def test_a_version_as_bad_or_worse_is_expected_to_show_nothing(requests: int, tolerated: float, more: float) -> None:
    rate = tolerated + (1.0 - tolerated) * more
    expected = sum(
        binomial(requests, bad, rate) * math.exp(log_health(requests, bad, tolerated)) for bad in range(requests + 1)
    )
    assert expected <= 1.0 + 1e-6


@pytest.mark.parametrize("tolerated", [0.0, 1.0, -1.0, float("nan")])
def test_a_tolerated_part_lies_between_none_and_all(tolerated: float) -> None:
    with pytest.raises(ValueError, match="lies between 0 and 1"):
        log_health(10, 0, tolerated)


def test_only_the_canary_s_own_requests_count() -> None:
    seen = bins((counts(5, 1), counts(95, 50)), (counts(7, 2), counts(93)))
    assert canary_s(seen, E) == (12, 3)
    assert canary_s(seen, Symptom.SLOW) == (12, 0)
