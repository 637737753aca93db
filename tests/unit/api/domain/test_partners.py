"""What partners' tiers allow, and which of their keys are good."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.partners import LIMITS, Limits, PartnerKey, Tier, with_new_key, with_one_lasting_key

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
KEYS = st.lists(
    st.builds(PartnerKey, st.just("d"), st.sampled_from("abcde"), st.sampled_from([None, NOON, LATER])),
    unique_by=lambda key: key.id,
    max_size=4,
).map(tuple)

GATEWAY_RATE, GATEWAY_BURST = 10_000, 5_000
"""What an account has in a Region by default (quotas of API Gateway)."""


@pytest.mark.parametrize("limits", LIMITS.values(), ids=[tier.value for tier in LIMITS])
def test_a_plan_fits_what_an_account_s_gateway_takes(limits: Limits) -> None:
    assert limits.per_second <= GATEWAY_RATE
    assert limits.burst <= GATEWAY_BURST


def test_a_higher_tier_allows_more_of_everything() -> None:
    for lower, higher in pairwise(LIMITS[tier] for tier in Tier):
        assert lower.per_second < higher.per_second
        assert lower.burst < higher.burst
        assert lower.per_day < higher.per_day


@given(KEYS)
def test_a_key_is_added_once(keys: tuple[PartnerKey, ...]) -> None:
    new = PartnerKey("d", "new")
    once = with_new_key(keys, new)
    assert with_new_key(once, new) == once
    assert once[-1] == new
    assert once[:-1] == keys


@given(KEYS)
def test_of_a_partners_keys_one_lasts_the_good_ones_end_and_the_ended_go(keys: tuple[PartnerKey, ...]) -> None:
    lasting = PartnerKey("d", "new")
    kept = with_one_lasting_key(with_new_key(keys, lasting), "new", LATER, NOON)
    assert [key for key in kept if key.until is None] == [lasting]
    assert all(key.is_good(NOON) for key in kept)
    assert {key.id for key in kept} == {"new"} | {key.id for key in keys if key.is_good(NOON)}
    assert with_one_lasting_key(kept, "new", LATER + timedelta(days=9), NOON) == kept


def test_a_key_is_good_until_its_end_and_not_at_it() -> None:
    key = PartnerKey("d", "a", LATER)
    assert (key.is_good(LATER - timedelta(microseconds=1)), key.is_good(LATER)) == (True, False)
