"""The orders in DynamoDB."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from api.adapters import items, keys, order_actions, stock
from api.adapters.attributes import plain, text, typed
from api.adapters.products import position, put_new
from api.adapters.sources import ulid
from api.adapters.stock import Seen
from api.adapters.transactions import Pause, Refused, full_jitter, open_account, transact
from api.domain import limits, settling
from api.domain.errors import AccountClosed, Busy, OutOfStock, PlacedBefore
from api.domain.events import Event
from api.domain.instants import written
from api.domain.model import Order, OrderLine, OrderStatus, OrderSummary, OrdersWanted, Page, Position, Stock
from api.domain.owner import OwnerKind
from api.domain.payment import Payment
from api.domain.ports import LowStock
from api.domain.timeline import Step

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TO_SPARE: Final = 1_000
"""Milliseconds by which an order's number and the moment that it says may differ, at the very most."""


class DynamoOrders:
    """api.domain.ports.Orders on one table. `pause` waits between the attempts of a contended transaction.

    A transaction holds 100 actions; an order of 20 lines needs 65 (order, payment, receipt, an event and its step, and
    per line the line, its reservation and the stock), and a partner's 67 (its own item, a second event and its step,
    but no payment); and one more for each product that becomes low.
    """

    def __init__(self, client: "DynamoDBClient", table: str, pause: Pause = full_jitter) -> None:
        self._client = client
        self._table = table
        self._pause = pause

    def place(self, order: Order, events: Sequence[Event], receipt: str, low: LowStock) -> None:
        """TransactWriteItems, and again where a product becomes low by it; a customer who has gone orders nothing."""
        last: Mapping[int, Seen] = {}
        there = [open_account(self._table, order.owner.id)] if order.owner.kind is OwnerKind.CUSTOMER else []
        for _ in range(stock.ATTEMPTS):
            taken = [
                stock.take(self._table, line.sku, line.quantity, written(order.placed_at), last.get(index))
                for index, line in enumerate(order.lines)
            ]
            told = [*events, *(low(_after(seen.stock, order.lines[index])) for index, seen in last.items())]
            try:
                new = self._new(order, told, receipt)
                transact(self._client, [*taken, *new, *there], self._pause)
            except Refused as refused:
                if len(taken) + len(new) in refused.failed:
                    raise AccountClosed from refused
                last = _becoming_low(order, refused, last)
            else:
                return
        raise Busy

    def _new(self, order: Order, events: Sequence[Event], receipt: str) -> Sequence[Any]:
        """The actions that keep what is new; the receipt first, right after the stock."""
        only_once = put_new(self._table, items.from_receipt(receipt, order))
        only_once["Put"]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        new = [
            items.from_order(order),
            *([] if order.payment is None else [items.from_payment(order.id, order.payment)]),
            *(items.from_line(order, number, line) for number, line in enumerate(order.lines, start=1)),
            *(items.from_reservation(order, line) for line in order.lines),
            *items.from_events(events, order.placed_at),
            *([items.from_partner_order(order)] if order.owner.kind is OwnerKind.PARTNER else []),
        ]
        return [only_once, *(put_new(self._table, item) for item in new)]

    def get(self, order_id: str) -> Order | None:
        """Query, consistent: the lines, META, the parcels and the payment, not the reservations."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="PK = :order AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues=typed(
                {":order": keys.order(order_id)["PK"], ":first": keys.FIRST_OF_ORDER, ":last": keys.LAST_OF_ORDER}
            ),
            ConsistentRead=True,
        )
        return items.to_order([plain(item) for item in answer["Items"]])

    def of_customer(
        self, customer: str, wanted: OrdersWanted, limit: int, after: Position | None
    ) -> Page[OrderSummary]:
        """Query on GSI1, backwards; a range of time is one of keys, as orders' numbers begin with their moment."""
        if wanted.are_none:
            return Page(())
        start: dict[str, Any] = {} if after is None else {"ExclusiveStartKey": typed(dict(after.key))}
        first, last = _between(wanted.since, wanted.before)
        chosen, told = _chosen(wanted)
        answer = self._client.query(
            TableName=self._table,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :customer AND GSI1SK BETWEEN :first AND :last",
            ExpressionAttributeValues=typed(
                {":customer": keys.customer(customer), ":first": first, ":last": last, **told}
            ),
            ScanIndexForward=False,
            Limit=limit,
            **chosen,
            **start,
        )
        summaries = tuple(items.to_summary(plain(item)) for item in answer["Items"])
        return Page(summaries, position(answer.get("LastEvaluatedKey")))

    def history(self, order_id: str) -> Sequence[Step]:
        """Query, consistent."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="PK = :order AND begins_with(SK, :step)",
            ExpressionAttributeValues=typed({":order": keys.order(order_id)["PK"], ":step": keys.STEP}),
            ConsistentRead=True,
            Limit=limits.MAX_PAGE_SIZE,
        )
        return [items.to_step(plain(item)) for item in answer["Items"]]

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
            order_actions.update(self._table, order),
            *([] if order.payment is None else [self._replace_payment(order.id, order.payment)]),
            *(put_new(self._table, item) for item in items.from_events(events, order.updated_at)),
        ]
        if settling.gives_back(order):
            now = written(order.updated_at)
            actions += [stock.give_back(self._table, line.sku, line.quantity, now) for line in order.lines]
            actions += [order_actions.drop_reservation(self._table, order, line) for line in order.lines]
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

    def _replace_payment(self, order_id: str, payment: Payment) -> Any:
        return {
            "Put": {
                "TableName": self._table,
                "Item": typed(items.from_payment(order_id, payment)),
                "ConditionExpression": "version = :before",
                "ExpressionAttributeValues": typed({":before": payment.version - 1}),
            }
        }


def _after(before: Stock, line: OrderLine) -> Stock:
    return Stock(before.sku, before.available - line.quantity, before.reserved + line.quantity)


def _between(since: datetime | None, before: datetime | None) -> tuple[str, str]:
    """The first and the last GSI1SK of orders placed in between, with a second to spare on both sides.

    An order's number is a ULID, which begins with its moment; it is drawn next to the moment that is written.
    """
    first = "" if since is None else ulid(_milliseconds(since) - _TO_SPARE, bytes(10))
    last = "~" if before is None else ulid(_milliseconds(before) + _TO_SPARE, bytes(10))
    return f"ORD#{first}", f"ORD#{last}"


def _milliseconds(moment: datetime) -> int:
    """Since 1970, when there were no orders; a second later for what was before."""
    return max(_TO_SPARE, int(moment.timestamp() * 1000))


def _chosen(wanted: OrdersWanted) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rest of the query, and the values that it names: what the keys alone do not say."""
    conditions, values = [], {}
    if wanted.status is not None:
        conditions.append("#status = :status")
        values[":status"] = wanted.status.value
    if wanted.since is not None:
        conditions.append("placed_at >= :since")
        values[":since"] = written(wanted.since)
    if wanted.before is not None:
        conditions.append("placed_at < :before")
        values[":before"] = written(wanted.before)
    if not conditions:
        return {}, {}
    names = {"ExpressionAttributeNames": {"#status": "status"}} if wanted.status is not None else {}
    return {"FilterExpression": " AND ".join(conditions), **names}, values


def _becoming_low(order: Order, refused: Refused, last: Mapping[int, Seen]) -> Mapping[int, Seen]:
    """The stock of the lines whose products become low, as it is now, by the lines' places.

    The stock comes first in the transaction, so that a refusal names the lines by their own places. Raises PlacedBefore
    or OutOfStock, and Refused for what is no rule of the domain.
    """
    earlier = refused.failed.get(len(order.lines))
    if earlier:
        raise PlacedBefore(text(plain(earlier), "order_id")) from None
    found = {index: stock.seen(item) for index, item in refused.failed.items() if index < len(order.lines)}
    if not found:  # an id met twice: no rule of the domain, so nothing to tell the caller
        raise refused
    lacking = [
        index for index, seen in found.items() if seen is None or seen.stock.available < order.lines[index].quantity
    ]
    if lacking:
        raise OutOfStock(lacking) from refused
    now = {**last, **{index: seen for index, seen in found.items() if seen is not None}}
    return {
        index: seen
        for index, seen in now.items()
        if stock.becomes_low(seen.stock.available, -order.lines[index].quantity)
    }
