"""A queue takes messages as large as in the base, and keeps what nobody has received yet for as long."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "queue_keeps_messages"
QUEUE = "SQS::Queue"
DAYS = 86_400


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"MessageRetentionPeriod": 14 * DAYS}, {"MessageRetentionPeriod": DAYS}),
        ({"MessageRetentionPeriod": 14 * DAYS}, {}),
        ({}, {"MessageRetentionPeriod": 60}),
    ],
)
def test_less_time_is_told(old: dict[str, Any], new: dict[str, Any]) -> None:
    (finding,) = found(RULE, update(QUEUE, old, new))
    assert "kept for less time: was" in finding.what


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"MessageRetentionPeriod": 14 * DAYS}),
        ({"MessageRetentionPeriod": 4 * DAYS}, {}),
        ({"MessageRetentionPeriod": 60}, {"MessageRetentionPeriod": 60}),
    ],
)
def test_as_much_time_or_more_is_right(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(RULE, update(QUEUE, old, new)) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"MaximumMessageSize": 4_096}),
        ({}, {"MaximumMessageSize": "65536"}),
        ({"MaximumMessageSize": 1_048_576}, {"MaximumMessageSize": 262_144}),
        ({"MaximumMessageSize": 65_536}, {"MaximumMessageSize": 1_024}),
    ],
)
def test_a_queue_that_takes_smaller_messages_alone_is_told(old: dict[str, Any], new: dict[str, Any]) -> None:
    (finding,) = found(RULE, update(QUEUE, old, new))
    assert "larger messages are refused: was" in finding.what


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"MaximumMessageSize": 262_144}),
        ({"MaximumMessageSize": 1_024}, {"MaximumMessageSize": 65_536}),
        ({"MaximumMessageSize": 1_048_576}, {}),
        ({"MaximumMessageSize": 1_024}, {"MaximumMessageSize": {"Ref": "Size"}}),
    ],
)
def test_messages_as_large_are_right(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(RULE, update(QUEUE, old, new)) == ()
