"""Whose turn it is to handle an event, in DynamoDB."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from api.adapters import keys
from api.adapters.attributes import typed
from api.adapters.items import Item
from api.domain.events import Event
from api.domain.instants import written

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT: Final = timedelta(days=1)
"""A turn that is over may go; whether the event was handled is kept apart from it."""


class DynamoTurns:
    """api.domain.ports.Turns of one worker. Moments are compared as text, all of which is of one length and zone."""

    def __init__(self, client: "DynamoDBClient", table: str, worker: str) -> None:
        self._client = client
        self._table = table
        self._worker = worker

    def take(self, event: Event, now: datetime, until: datetime) -> bool:
        """PutItem, where no turn is, or one that is over."""
        return self._keep(event, until, "attribute_not_exists(PK) OR taken_until <= :compared", now)

    def give_back(self, event: Event, now: datetime, until: datetime) -> None:
        """PutItem in place of that very turn: one that is over now."""
        self._keep(event, now, "taken_until = :compared", until)

    def _keep(self, event: Event, until: datetime, condition: str, compared: datetime) -> bool:
        item: Item = {
            **keys.turn(self._worker, event.id),
            "entity": "TURN",
            "taken_until": written(until),
            "version": 1,
            "expires_at": int((until + _KEPT).timestamp()),
        }
        try:
            self._client.put_item(
                TableName=self._table,
                Item=typed(item),
                ConditionExpression=condition,
                ExpressionAttributeValues=typed({":compared": written(compared)}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
