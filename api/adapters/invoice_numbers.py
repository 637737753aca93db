"""The numbers of invoices in DynamoDB.

The year's count and the order's number are written together, or neither: no crash leaves a gap, and no number is given
twice. All of a year's invoices meet at its count, so those who write them are few (pipeline.cloud.service.workers).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from api.adapters import keys
from api.adapters.attributes import number, plain, text, typed
from api.adapters.products import put_new
from api.adapters.transactions import Pause, Refused, full_jitter, transact
from api.domain.errors import Busy
from api.domain.events import Json
from api.domain.instants import read, written
from api.domain.invoice_page import Numbered

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS: Final = 5
_NUMBER, _COUNT = range(2)
"""The places of the two in the transaction."""


class DynamoInvoiceNumbers:
    """api.domain.ports.InvoiceNumbers on one table. `pause` waits before a number is asked for again."""

    def __init__(self, client: "DynamoDBClient", table: str, pause: Pause = full_jitter) -> None:
        self._client = client
        self._table = table
        self._pause = pause

    def of(self, order_id: str) -> Numbered | None:
        """GetItem, consistent."""
        item = self._item(keys.invoice(order_id))
        return None if item is None else _to_numbered(item)

    def issue(self, order_id: str, now: datetime) -> Numbered:
        """GetItem and TransactWriteItems, and both again where somebody else was given the number meanwhile."""
        for attempt in range(1, ATTEMPTS + 1):
            if attempt > 1:
                self._pause(attempt)
            counted = self._item(keys.invoice_series(now.year))
            before = 0 if counted is None else number(counted, "version")
            next_one = Numbered(before + 1, now)
            only_once = put_new(self._table, _from_numbered(order_id, next_one))
            only_once["Put"]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
            try:
                transact(self._client, [only_once, self._count(next_one)], self._pause)
            except Refused as refused:
                if _NUMBER in refused.failed:
                    return _to_numbered(plain(refused.failed[_NUMBER]))
            else:
                return next_one
        raise Busy

    def _item(self, key: keys.Key) -> Mapping[str, Json] | None:
        answer = self._client.get_item(TableName=self._table, Key=typed(dict(key)), ConsistentRead=True)
        return plain(answer["Item"]) if "Item" in answer else None

    def _count(self, issued: Numbered) -> Any:
        """The count as it is after this one; its version is the count itself."""
        values: dict[str, Json] = {":series": "INVOICES", ":now": issued.place, ":at": written(issued.issued_at)}
        before = {} if issued.place == 1 else {":before": issued.place - 1}
        return {
            "Update": {
                "TableName": self._table,
                "Key": typed(dict(keys.invoice_series(issued.issued_at.year))),
                "UpdateExpression": "SET entity = :series, version = :now, updated_at = :at",
                "ConditionExpression": "version = :before" if before else "attribute_not_exists(PK)",
                "ExpressionAttributeValues": typed({**values, **before}),
            }
        }


def _from_numbered(order_id: str, numbered: Numbered) -> dict[str, Json]:
    return {
        **keys.invoice(order_id),
        "entity": "INVOICE",
        "place": numbered.place,
        "version": 1,
        "created_at": written(numbered.issued_at),
    }


def _to_numbered(item: Mapping[str, Json]) -> Numbered:
    return Numbered(number(item, "place"), read(text(item, "created_at")))
