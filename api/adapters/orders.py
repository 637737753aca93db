"""The orders in DynamoDB."""

from typing import TYPE_CHECKING, Any, Final

from api.adapters import items, keys
from api.adapters.attributes import plain, text, typed
from api.adapters.products import position, put_new
from api.adapters.transactions import Pause, Refused, full_jitter, transact
from api.domain.errors import Busy, OutOfStock, PlacedBefore
from api.domain.events import Event, Json
from api.domain.instants import written
from api.domain.model import Order, OrderLine, OrderSummary, Page, Position
from api.domain.owner import OwnerKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TAKE: Final = "SET available = available - :q, reserved = reserved + :q, updated_at = :now ADD version :one"
_GIVE_BACK: Final = "SET available = available + :q, reserved = reserved - :q, updated_at = :now ADD version :one"


class DynamoOrders:
    """api.domain.ports.Orders on one table. `pause` waits between the attempts of a contended transaction.

    A transaction holds 100 actions; a partner's order of 20 lines needs 64 (order, partner's item, event, receipt, and
    per line the line, its reservation and the stock).
    """

    def __init__(self, client: "DynamoDBClient", table: str, pause: Pause = full_jitter) -> None:
        self._client = client
        self._table = table
        self._pause = pause

    def place(self, order: Order, event: Event, receipt: str) -> None:
        """TransactWriteItems; the stock comes first, so that a refusal names the lines by their own places."""
        stock = [self._change_stock(order, line, _TAKE, "available >= :q") for line in order.lines]
        only_once = put_new(self._table, items.from_receipt(receipt, order))
        only_once["Put"]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        new = [
            items.from_order(order),
            *(items.from_line(order, number, line) for number, line in enumerate(order.lines, start=1)),
            *(items.from_reservation(order, line) for line in order.lines),
            items.from_event(event, order.placed_at),
            *([items.from_partner_order(order)] if order.owner.kind is OwnerKind.PARTNER else []),
        ]
        try:
            transact(self._client, [*stock, only_once, *(put_new(self._table, item) for item in new)], self._pause)
        except Refused as refused:
            earlier = refused.failed.get(len(stock))
            if earlier:
                raise PlacedBefore(text(plain(earlier), "order_id")) from None
            lacking = [index for index in refused.failed if index < len(stock)]
            if not lacking:  # an id met twice: no rule of the domain, so nothing to tell the caller
                raise
            raise OutOfStock(lacking) from refused

    def get(self, order_id: str) -> Order | None:
        """Query, consistent: the lines and META, not the reservations."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="PK = :order AND SK BETWEEN :first AND :meta",
            ExpressionAttributeValues=typed(
                {":order": keys.order(order_id)["PK"], ":first": keys.FIRST_OF_ORDER, ":meta": keys.META}
            ),
            ConsistentRead=True,
        )
        return items.to_order([plain(item) for item in answer["Items"]])

    def of_customer(self, customer: str, limit: int, after: Position | None) -> Page[OrderSummary]:
        """Query on GSI1, backwards."""
        start: dict[str, Any] = {} if after is None else {"ExclusiveStartKey": typed(dict(after.key))}
        answer = self._client.query(
            TableName=self._table,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :customer",
            ExpressionAttributeValues=typed({":customer": keys.customer(customer)}),
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )
        summaries = tuple(items.to_summary(plain(item)) for item in answer["Items"])
        return Page(summaries, position(answer.get("LastEvaluatedKey")))

    def cancel(self, cancelled: Order) -> None:
        """TransactWriteItems, on condition that the order is still the one that was read."""
        actions = [
            self._mark_cancelled(cancelled),
            *(self._change_stock(cancelled, line, _GIVE_BACK, "reserved >= :q") for line in cancelled.lines),
            *(self._drop_reservation(cancelled, line) for line in cancelled.lines),
        ]
        try:
            transact(self._client, actions, self._pause)
        except Refused as refused:
            if (
                0 not in refused.failed
            ):  # the order is as it was but its stock is not: the data is wrong, not the caller
                raise
            raise Busy from refused

    def _change_stock(self, order: Order, line: OrderLine, expression: str, condition: str) -> Any:
        values: dict[str, Json] = {":q": line.quantity, ":now": written(order.updated_at), ":one": 1}
        return {
            "Update": {
                "TableName": self._table,
                "Key": typed(keys.stock(line.sku)),
                "UpdateExpression": expression,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": typed(values),
            }
        }

    def _mark_cancelled(self, cancelled: Order) -> Any:
        values: dict[str, Json] = {
            ":status": cancelled.status.value,
            ":version": cancelled.version,
            ":before": cancelled.version - 1,
            ":now": written(cancelled.updated_at),
        }
        return {
            "Update": {
                "TableName": self._table,
                "Key": typed(keys.order(cancelled.id)),
                "UpdateExpression": "SET #status = :status, version = :version, updated_at = :now",
                "ConditionExpression": "version = :before",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": typed(values),
            }
        }

    def _drop_reservation(self, order: Order, line: OrderLine) -> Any:
        return {
            "Delete": {
                "TableName": self._table,
                "Key": typed(keys.reservation(order.id, line.sku)),
                "ConditionExpression": "attribute_exists(PK)",
            }
        }
