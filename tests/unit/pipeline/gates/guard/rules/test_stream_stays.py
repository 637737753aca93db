"""What a table or a stream tells of its changes goes on."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "stream_stays"


def stream(view: str) -> dict[str, Any]:
    return {"StreamSpecification": {"StreamViewType": view}}


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("DynamoDB::Table", stream("NEW_IMAGE"), stream("KEYS_ONLY")),
        ("DynamoDB::Table", stream("NEW_IMAGE"), {}),
        ("DynamoDB::GlobalTable", stream("NEW_IMAGE"), stream("NEW_AND_OLD_IMAGES")),
        ("Kinesis::Stream", {"RetentionPeriodHours": 48}, {"RetentionPeriodHours": 24}),
        ("Kinesis::Stream", {"RetentionPeriodHours": 48}, {}),
    ],
)
def test_another_stream_is_told(kind: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    assert len(found(RULE, update(kind, old, new))) == 1


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("DynamoDB::Table", {}, stream("NEW_IMAGE")),
        ("DynamoDB::Table", stream("NEW_IMAGE"), stream("NEW_IMAGE")),
        ("Kinesis::Stream", {}, {"RetentionPeriodHours": 48}),
    ],
)
def test_a_first_stream_and_a_longer_one_are_welcome(kind: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(RULE, update(kind, old, new)) == ()
