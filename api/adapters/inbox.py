"""What workers have handled already, in DynamoDB."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from api.adapters import items, keys
from api.adapters.attributes import typed
from api.adapters.products import put_new
from api.adapters.transactions import Pause, Refused, full_jitter, transact
from api.domain.events import Event

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoInbox:
    """api.domain.ports.Inbox of one worker. `pause` waits between the attempts of a contended transaction."""

    def __init__(self, client: "DynamoDBClient", table: str, worker: str, pause: Pause = full_jitter) -> None:
        self._client = client
        self._table = table
        self._worker = worker
        self._pause = pause

    def knows(self, event: Event) -> bool:
        """GetItem, consistent."""
        key = typed(keys.handled(self._worker, event.id))
        return "Item" in self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)

    def handle(self, event: Event, follows: Sequence[Event], now: datetime) -> bool:
        """TransactWriteItems; the note comes first, so that its refusal tells a repetition from an id met twice."""
        new = [items.from_handled(self._worker, event, now), *items.from_events(follows, now)]
        try:
            transact(self._client, [put_new(self._table, item) for item in new], self._pause)
        except Refused as refused:
            if 0 not in refused.failed:
                raise
            return False
        return True
