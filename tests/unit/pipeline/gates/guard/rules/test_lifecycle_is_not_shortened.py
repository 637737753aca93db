"""Nothing in a bucket is deleted sooner than in the base."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "lifecycle_is_not_shortened"
BUCKET = "S3::Bucket"


def rule(days: Any = 400, old_days: int = 30, status: str = "Enabled") -> dict[str, Any]:
    return {
        "ExpirationInDays": days,
        "NoncurrentVersionExpiration": {"NoncurrentDays": old_days},
        "Status": status,
    }


def moved(storage: str) -> dict[str, Any]:
    return {"Status": "Enabled", "Transitions": [{"StorageClass": storage, "TransitionInDays": 30}]}


def bucket(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"LifecycleConfiguration": {"Rules": list(rules)}}


def tiered(days: int = 90, status: str = "Enabled", tier: str = "ARCHIVE_ACCESS") -> dict[str, Any]:
    told = {"Id": "t", "Status": status, "Tierings": [{"AccessTier": tier, "Days": days}]}
    return {"IntelligentTieringConfigurations": [told]}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (bucket(rule()), bucket(rule(days=7)), "objects are deleted sooner: was 400 days, is 7 days"),
        (bucket(rule()), bucket(rule(old_days=1)), "old versions are deleted sooner: was 30 days, is 1 days"),
        ({}, bucket({"ExpirationInDays": 10, "Status": "Enabled"}), "was for ever, is 10 days"),
        (bucket(rule()), bucket(rule(), rule(days=1)), "is 1 days"),
        (bucket(rule()), bucket({"ExpirationDate": "2026-12-01", "Status": "Enabled"}), "is 0 days"),
        (bucket(rule(status="Disabled")), bucket(rule()), "was for ever"),
        ({}, bucket(moved("DEEP_ARCHIVE")), "objects are archived sooner: was for ever, is 30 days"),
        ({}, bucket(moved("GLACIER")), "objects are archived sooner: was for ever, is 30 days"),
        ({}, tiered(), "objects are archived sooner: was for ever, is 90 days"),
        ({}, tiered(180, tier="DEEP_ARCHIVE_ACCESS"), "objects are archived sooner: was for ever, is 180 days"),
        (tiered(180), tiered(90), "objects are archived sooner: was 180 days, is 90 days"),
        (tiered(180, "Disabled"), tiered(180), "was for ever, is 180 days"),
    ],
)
def test_what_goes_sooner_is_told(old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    assert any(told in finding.what for finding in found(RULE, update(BUCKET, old, new)))


@pytest.mark.parametrize(
    "new",
    [
        {},
        bucket(rule()),
        bucket(rule(days=4_018)),
        bucket(rule(), rule(days=1, status="Disabled")),
        bucket(moved("INTELLIGENT_TIERING")),
        bucket(moved("GLACIER_IR")),
        tiered(status="Disabled"),
    ],
)
def test_what_stays_as_long_or_longer_is_right(new: dict[str, Any]) -> None:
    assert found(RULE, update(BUCKET, bucket(rule()), new)) == ()
