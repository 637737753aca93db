"""What a bucket held before it was overwritten or deleted can be had back."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "bucket_keeps_versions"
KEPT = {"VersioningConfiguration": {"Status": "Enabled"}}
LOCKED = KEPT | {"ObjectLockEnabled": True, "ObjectLockConfiguration": {"Rule": {"Days": 365}}}
TWICE: dict[str, Any] = KEPT | {"ReplicationConfiguration": {"Rules": []}}


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (KEPT, {}, "VersioningConfiguration.Status"),
        (KEPT, {"VersioningConfiguration": {"Status": "Suspended"}}, "VersioningConfiguration.Status"),
        (LOCKED, LOCKED | {"ObjectLockConfiguration": {"Rule": {"Days": 1}}}, "ObjectLockConfiguration"),
        (LOCKED, {**LOCKED, "ObjectLockEnabled": False}, "ObjectLockEnabled"),
        (TWICE, KEPT, "ReplicationConfiguration"),
    ],
)
def test_less_safety_than_before_is_told(old: dict[str, Any], new: dict[str, Any], where: str) -> None:
    (finding, *_) = found(RULE, update("S3::Bucket", old, new))
    assert finding.where == f"prod/orders:It {where}"


@pytest.mark.parametrize("new", [KEPT, LOCKED, TWICE])
def test_more_safety_is_welcome(new: dict[str, Any]) -> None:
    assert found(RULE, update("S3::Bucket", KEPT, new)) == ()
