"""Whoever goes on to write has read what is there, not what was there a second ago."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from api.adapters.sources import new_id
from tests.support.messages import deliver
from tests.unit.api.handlers.every.good import OPERATIONS, good
from tests.unit.api.handlers.every.test_messages import MESSAGES
from tests.unit.api.handlers.every.wire import Call, Wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator


def stale(calls: Iterable[Call]) -> set[str]:
    """The keys that were read eventually consistent before the last write. Indexes know no other way."""
    asked = list(calls)
    last = max((place for place, call in enumerate(asked) if call.writes and _of_data(call)), default=0)
    return {
        key
        for call in asked[:last]
        if _of_data(call) and not call.writes and "IndexName" not in call.params
        for key in _read(call)
    }


def _of_data(call: Call) -> bool:
    return call.name.startswith("dynamodb.")


def _read(call: Call) -> list[str]:
    """What a call reads without waiting for what is on its way: its keys, as text."""
    tables: Mapping[str, Any] = call.params.get("RequestItems", {"": call.params})
    unsure = [table for table in tables.values() if not table.get("ConsistentRead")]
    return [str(table.get("Key", table.get("Keys", table))) for table in unsure]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_decides_by_what_is_there(stage: "DynamoDBClient", wire: Wire, operation: str) -> None:
    assert stage
    asked = good(operation)
    wire.clear()
    asked.send()
    assert stale(wire.calls) == set()


@pytest.mark.parametrize("worker", MESSAGES)
def test_so_does_a_worker(stage: "DynamoDBClient", wire: Wire, worker: str) -> None:
    message = MESSAGES[worker](stage)
    for told in (message, {**message, "messageId": new_id()}):
        wire.clear()
        assert deliver(worker, told) == []
        assert stale(wire.calls) == set()
