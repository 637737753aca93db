"""The orders in DynamoDB."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from api.adapters import items, keys
from api.adapters.attributes import plain, text, typed
from api.adapters.products import position, put_new
from api.adapters.transactions import Pause, Refused, full_jitter, transact
from api.domain import limits, settling
from api.domain.errors import Busy, OutOfStock, PlacedBefore
from api.domain.events import Event, Json
from api.domain.instants import written
from api.domain.model import Order, OrderLine, OrderStatus, OrderSummary, Page, Position
from api.domain.owner import OwnerKind
from api.domain.payment import Payment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TAKE: Final = "SET available = available - :q, reserved = reserved + :q, updated_at = :now ADD version :one"
_GIVE_BACK: Final = "SET available = available + :q, reserved = reserved - :q, updated_at = :now ADD version :one"


class DynamoOrders:
    """api.domain.ports.Orders on one table. `pause` waits between the attempts of a contended transaction.

    A transaction holds 100 actions; an order of 20 lines needs 64 (order, payment, event, receipt, and per line the
    line, its reservation and the stock), and a partner's 65 (its own item and a second event, but no payment).
    """

    def __init__(self, client: "DynamoDBClient", table: str, pause: Pause = full_jitter) -> None:
        self._client = client
        self._table = table
        self._pause = pause

    def place(self, order: Order, events: Sequence[Event], receipt: str) -> None:
        """TransactWriteItems; the stock comes first, so that a refusal names the lines by their own places."""
        stock = [self._change_stock(order, line, _TAKE, "available >= :q") for line in order.lines]
        only_once = put_new(self._table, items.from_receipt(receipt, order))
        only_once["Put"]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        new = [
            items.from_order(order),
            *([] if order.payment is None else [items.from_payment(order.id, order.payment)]),
            *(items.from_line(order, number, line) for number, line in enumerate(order.lines, start=1)),
            *(items.from_reservation(order, line) for line in order.lines),
            *(items.from_event(event, order.placed_at) for event in events),
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
        """Query, consistent: the lines, META and the payment, not the reservations."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="PK = :order AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues=typed(
                {":order": keys.order(order_id)["PK"], ":first": keys.FIRST_OF_ORDER, ":last": keys.LAST_OF_ORDER}
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

    def of_payment(self, payment_id: str, reference: str | None) -> str | None:
        """Query on GSI1, by our number; and again by the provider's, once it has given one."""
        found = self._order_of(keys.awaiting_reference(payment_id))
        if found is None and reference is not None:
            found = self._order_of(keys.provider_reference(reference))
        return found

    def _order_of(self, key: keys.Key) -> str | None:
        answer = self._client.query(
            TableName=self._table,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :payment AND GSI1SK = :pay",
            ExpressionAttributeValues=typed({":payment": key["GSI1PK"], ":pay": key["GSI1SK"]}),
            Limit=1,
        )
        found = [text(plain(item), "order_id") for item in answer["Items"]]
        return found[0] if found else None

    def change(self, order: Order, events: Sequence[Event]) -> None:
        """TransactWriteItems, on condition that the order is still the one that was read."""
        actions = [
            self._update(order),
            *([] if order.payment is None else [self._replace_payment(order.id, order.payment)]),
            *(put_new(self._table, items.from_event(event, order.updated_at)) for event in events),
        ]
        if settling.gives_back(order):
            actions += [self._change_stock(order, line, _GIVE_BACK, "reserved >= :q") for line in order.lines]
            actions += [self._drop_reservation(order, line) for line in order.lines]
        try:
            transact(self._client, actions, self._pause)
        except Refused as refused:
            if 0 not in refused.failed:  # the order is as it was but what belongs to it is not: the data is wrong
                raise
            raise Busy from refused

    def unsettled(self, status: OrderStatus, before: datetime) -> Sequence[OrderSummary]:
        """Query on GSI2, one for each shard."""
        return [found for shard in range(keys.SHARDS) for found in self._unsettled(status, str(shard), before)]

    def _unsettled(self, status: OrderStatus, shard: str, before: datetime) -> Sequence[OrderSummary]:
        answer = self._client.query(
            TableName=self._table,
            IndexName="GSI2",
            KeyConditionExpression="#status = :status AND sweep_shard = :shard AND placed_at < :before",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=typed(
                {":status": status.value, ":shard": shard, ":before": written(before)},
            ),
            Limit=limits.PAGE_SIZE,
        )
        return [items.to_summary(plain(item)) for item in answer["Items"]]

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

    def _update(self, order: Order) -> Any:
        values: dict[str, Json] = {
            ":status": order.status.value,
            ":version": order.version,
            ":before": order.version - 1,
            ":now": written(order.updated_at),
        }
        expression = "SET #status = :status, version = :version, updated_at = :now"
        if settling.is_unsettled(order):
            expression += ", sweep_shard = :shard"
            values[":shard"] = keys.shard(order.id)
        else:
            expression += " REMOVE sweep_shard"
        return {
            "Update": {
                "TableName": self._table,
                "Key": typed(keys.order(order.id)),
                "UpdateExpression": expression,
                "ConditionExpression": "version = :before",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": typed(values),
            }
        }

    def _replace_payment(self, order_id: str, payment: Payment) -> Any:
        return {
            "Put": {
                "TableName": self._table,
                "Item": typed(items.from_payment(order_id, payment)),
                "ConditionExpression": "version = :before",
                "ExpressionAttributeValues": typed({":before": payment.version - 1}),
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
