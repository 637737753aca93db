"""Tests of the sequential test: what convicts, what can't, and that equal rates hardly ever do."""

import math
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.observed import Bin, Counts, Symptom
from pipeline.judge.sequential import RATIOS, Weighed, convicts, split, weigh
from tests.unit.pipeline.judge.seen import E, bins, counts

ALPHA = 0.001
SHARES = st.floats(0.01, 0.99)


def binomial(most: int, hit: int, chance: float) -> float:
    """The probability of `hit` of `most`."""
    return math.comb(most, hit) * chance**hit * (1 - chance) ** (most - hit)


def test_it_is_the_mean_of_the_ratios_products() -> None:
    weighed = Weighed().and_then(2, 3, 0.1).and_then(1, 4, 0.25)
    by_hand = [r**2 / (0.9 + 0.1 * r) ** 3 * r / (0.75 + 0.25 * r) ** 4 for r in RATIOS]
    assert math.exp(weighed.log_evidence) == pytest.approx(sum(by_hand) / len(RATIOS))


def test_nothing_seen_says_nothing() -> None:
    assert Weighed().log_evidence == 0.0


@given(SHARES, st.integers(0, 60))
def test_under_equal_rates_a_bin_is_expected_to_add_nothing(share: float, bad: int) -> None:
    """Summed over all that might be seen, each by its probability: the heart of the promise."""
    expected = sum(
        binomial(bad, ours, share) * math.exp(Weighed().and_then(ours, bad, share).log_evidence)
        for ours in range(bad + 1)
    )
    assert expected == pytest.approx(1.0, abs=1e-6)


@given(SHARES, SHARES, st.integers(0, 8), st.integers(0, 8))
def test_nor_does_a_second_bin_whatever_the_first_had(one: float, two: float, first: int, second: int) -> None:
    expected = sum(
        binomial(first, a, one)
        * binomial(second, b, two)
        * math.exp(Weighed().and_then(a, first, one).and_then(b, second, two).log_evidence)
        for a, b in product(range(first + 1), range(second + 1))
    )
    assert expected == pytest.approx(1.0, abs=1e-6)


@given(SHARES, st.floats(0.0, 1.0), st.integers(0, 40))
def test_a_share_that_is_taken_too_large_only_spares(share: float, part: float, bad: int) -> None:
    """The true share is smaller than the weight: in a bin in which traffic shifts, or by chance."""
    true = share * part
    expected = sum(
        binomial(bad, ours, true) * math.exp(Weighed().and_then(ours, bad, share).log_evidence)
        for ours in range(bad + 1)
    )
    assert expected <= 1.0 + 1e-9


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), SHARES), max_size=8))
def test_the_order_of_bins_changes_no_more_than_rounding_does(seen: list[tuple[int, int, float]]) -> None:
    forth = back = Weighed()
    for ours, theirs, share in seen:
        forth = forth.and_then(ours, ours + theirs, share)
    for ours, theirs, share in reversed(seen):
        back = back.and_then(ours, ours + theirs, share)
    assert forth.log_evidence == pytest.approx(back.log_evidence)


def test_hundreds_of_bad_requests_are_weighed_without_overflow() -> None:
    assert math.isfinite(Weighed().and_then(1_000_000, 1_000_000, 0.1).log_evidence)
    assert math.isfinite(Weighed().and_then(0, 1_000_000, 0.1).log_evidence)


def evidence(seen: Sequence[Bin], symptom: Symptom = E) -> float:
    return weigh(seen, symptom).log_evidence


def test_an_outage_of_the_canary_convicts_within_a_bin() -> None:
    assert convicts(evidence(bins((counts(10, 10), counts(90, 1)))), ALPHA)


def test_at_one_request_in_ten_seconds_five_in_a_row_convict() -> None:
    outage = (counts(1, 1), counts(9))
    assert not convicts(evidence(bins(*[outage] * 4)), ALPHA / 4)
    assert convicts(evidence(bins(*[outage] * 5)), ALPHA / 4)


def test_an_incident_that_both_share_says_nothing() -> None:
    assert evidence(bins(*[(counts(100, 40), counts(900, 360))] * 30)) < 0.0


@pytest.mark.parametrize("ours", [counts(50, 50), counts(0)])
def test_where_the_stable_version_was_not_asked_nothing_is_compared(ours: Counts) -> None:
    assert evidence(bins((ours, counts(0)), weight=0.1)) == 0.0


def test_where_only_the_stable_version_was_asked_and_failed_that_counts_for_a_canary_that_had_a_weight() -> None:
    alone = (counts(0), counts(50, 5))
    assert evidence(bins(alone, weight=0.1)) < 0.0
    assert evidence(bins(alone, weight=0.0)) == 0.0


@pytest.mark.parametrize("bad", [1, 2, 5])
def test_a_step_within_a_bin_in_which_the_canary_may_have_answered_nobody_is_expected_to_add_nothing(bad: int) -> None:
    """All good requests came before the step and all bad ones behind it, so that the canary answered bad ones alone."""
    expected = sum(
        binomial(bad, ours, 0.1) * math.exp(evidence(bins((counts(ours, ours), counts(90 + bad - ours, bad - ours)))))
        for ours in range(bad + 1)
    )
    assert expected <= 1.0 + 1e-9


def test_bad_requests_behind_a_step_of_the_weight_are_judged_by_the_weight_behind_it() -> None:
    """Five of ten went to the canary once it had half the traffic; by the bin's own tenth that would be five times."""
    stepped = (counts(100, 5), counts(900, 5))
    assert evidence(bins(stepped, weight=0.5)) < 1.0 < evidence(bins(stepped, weight=0.1))


def test_symptoms_are_weighed_each_for_itself() -> None:
    slow = bins((counts(10, 10, Symptom.SLOW), counts(90)))
    assert evidence(slow) == 0.0
    assert convicts(evidence(slow, Symptom.SLOW), ALPHA)


def test_alpha_is_split_in_equal_parts() -> None:
    assert split(0.001, Symptom) == dict.fromkeys(Symptom, 0.00025)
