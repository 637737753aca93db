"""What a canary could see, against the binomial itself."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.record.sight import PROBABILITY, smallest_seen

REQUESTS, FAILURES = st.integers(1, 2_000), st.integers(1, 5)


def at_least(failures: int, requests: int, share: float) -> float:
    """The binomial's tail, term by term."""
    terms = (comb(requests, k) * share**k * (1 - share) ** (requests - k) for k in range(failures))
    return 1 - sum(terms)


@pytest.mark.parametrize(("requests", "percent"), [(24, 15.3), (50, 7.6), (200, 1.9), (2_000, 0.2)])
def test_the_more_requests_the_rarer_a_fault_may_be(requests: int, percent: float) -> None:
    seen = smallest_seen(requests, 2)
    assert seen is not None
    assert round(100 * seen, 1) == percent


@given(REQUESTS, FAILURES)
def test_it_is_the_share_at_which_the_failures_have_that_probability(requests: int, failures: int) -> None:
    seen = smallest_seen(requests, failures)
    if requests < failures:
        assert seen is None
    else:
        assert seen is not None
        assert at_least(failures, requests, seen) == pytest.approx(PROBABILITY, abs=1e-6)


def test_fewer_requests_than_must_fail_can_show_nothing() -> None:
    assert smallest_seen(1, 2) is None
