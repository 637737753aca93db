"""What a bucket of the base deletes in time is deleted in time still."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import found, look, release, update

RULE = "objects_are_still_forgotten"
BUCKET = "S3::Bucket"


def rule(days: int = 400, status: str = "Enabled", **filters: Any) -> dict[str, Any]:
    return {
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        "ExpirationInDays": days,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
        "Status": status,
        **filters,
    }


def only(**deeds: Any) -> dict[str, Any]:
    return {"Status": "Enabled", **deeds}


def bucket(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"LifecycleConfiguration": {"Rules": list(rules)}} if rules else {}


TAGGED = [{"Key": "kept", "Value": "no"}]
OLD = {"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
NEVER_ENDED = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ([rule()], [rule(Prefix="uploads/")], "objects are kept for ever: was everything, is uploads/"),
        ([rule()], [rule(TagFilters=TAGGED)], "is kept=no"),
        ([rule()], [rule(status="Disabled")], "was everything, is nothing"),
        ([rule()], [], "was everything, is nothing"),
        ([rule()], [rule(ObjectSizeGreaterThan=1)], "objects are kept for ever"),
        ([rule()], [rule(ObjectSizeLessThan="1000000")], "objects are kept for ever"),
        ([rule(Prefix="claims/")], [rule(Prefix="claims/old/")], "was claims/, is claims/old/"),
        ([rule(Prefix="claims/")], [rule(Prefix="photographs/")], "was claims/, is photographs/"),
        ([rule()], [only(ExpirationInDays=400, **OLD)], "uploads that nobody ended are kept for ever"),
        ([rule()], [only(ExpirationInDays=400, **NEVER_ENDED)], "old versions are kept for ever"),
        ([rule()], [only(**NEVER_ENDED, **OLD)], "objects are kept for ever"),
    ],
)
def test_what_is_kept_for_ever_is_told(old: list[Any], new: list[Any], words: str) -> None:
    told = found(RULE, update(BUCKET, bucket(*old), bucket(*new)))
    assert any(words in each.what for each in told)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([rule()], [rule(4_018)]),
        ([rule()], [rule(7)]),
        ([rule(Prefix="claims/")], [rule()]),
        ([rule(Prefix="claims/", TagFilters=TAGGED)], [rule(Prefix="claims/")]),
        ([rule()], [only(ExpirationInDays=400), only(**OLD), only(**NEVER_ENDED)]),
        ([rule()], [rule(), rule(1, Prefix="probe/")]),
        ([rule(status="Disabled")], []),
        ([rule(ObjectSizeLessThan=10)], [rule(ObjectSizeLessThan=20)]),
    ],
)
def test_what_is_deleted_later_or_with_more_is_right(old: list[Any], new: list[Any]) -> None:
    assert found(RULE, update(BUCKET, bucket(*old), bucket(*new))) == ()


def test_the_release_as_it_is_forgets(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked >= 9, part.findings) == (True, ())
