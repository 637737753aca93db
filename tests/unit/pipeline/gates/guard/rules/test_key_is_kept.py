"""A key can be had back for a month, is renewed each year, and goes on opening what it closed."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "key_is_kept"
KEY = {"EnableKeyRotation": True}


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (KEY | {"PendingWindowInDays": 7}, "only 7 days to notice that it goes, of 30"),
        (KEY | {"PendingWindowInDays": "29"}, "only 29 days"),
        (KEY | {"Enabled": False}, "it is disabled"),
        ({}, "it never renews itself"),
        ({"EnableKeyRotation": False}, "it never renews itself"),
        (KEY | {"RotationPeriodInDays": 2_560}, "it renews itself after 2560 days"),
        (KEY | {"KeySpec": "RSA_2048"}, "a key can't become another: was nothing, is RSA_2048"),
    ],
)
def test_a_key_that_is_kept_worse_is_told(new: dict[str, Any], told: str) -> None:
    assert any(told in finding.what for finding in found(RULE, update("KMS::Key", KEY, new)))


@pytest.mark.parametrize(
    "new",
    [
        KEY,
        KEY | {"PendingWindowInDays": 30},
        KEY | {"RotationPeriodInDays": 90},
        KEY | {"Description": "Seals fields"},
    ],
)
def test_a_key_that_is_kept_as_well_or_better_is_right(new: dict[str, Any]) -> None:
    assert found(RULE, update("KMS::Key", KEY, new)) == ()


def test_a_key_of_two_parts_renews_itself_never_and_need_not() -> None:
    signs = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}
    assert found(RULE, update("KMS::Key", signs, signs)) == ()
