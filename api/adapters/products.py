"""The catalogue and its stock in DynamoDB."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from api.adapters import items, keys, stock
from api.adapters.attributes import plain, text, typed
from api.adapters.stock import Seen
from api.adapters.transactions import Pause, Refused, full_jitter, transact
from api.domain import limits
from api.domain.errors import Busy, ProductExists, ProductMissing, StockLimit
from api.domain.events import Event, Json
from api.domain.instants import written
from api.domain.model import Page, Position, Product, Stock
from api.domain.ports import LowStock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoProducts:
    """api.domain.ports.Products on one table. `pause` waits between the attempts of a contended transaction."""

    def __init__(self, client: "DynamoDBClient", table: str, pause: Pause = full_jitter) -> None:
        self._client = client
        self._table = table
        self._pause = pause

    def get(self, sku: str) -> Product | None:
        """One product: GetItem, consistent, so that a product just created is found."""
        answer = self._client.get_item(TableName=self._table, Key=typed(keys.product(sku)), ConsistentRead=True)
        return items.to_product(plain(answer["Item"])) if "Item" in answer else None

    def several(self, skus: Collection[str]) -> Mapping[str, Product]:
        """Those that exist: BatchGetItem, consistent. Raises Busy if the table returns only a part of them."""
        wanted = [typed(keys.product(sku)) for sku in skus]
        answer = self._client.batch_get_item(
            RequestItems={self._table: {"Keys": wanted, "ConsistentRead": True}},
        )
        if answer.get("UnprocessedKeys"):  # throttled: a missing answer must not look like a missing product
            raise Busy
        found = [items.to_product(plain(item)) for item in answer["Responses"].get(self._table, [])]
        return {product.sku: product for product in found}

    def in_category(self, category: str, prefix: str, limit: int, after: Position | None) -> Page[Product]:
        """A category by name: Query on GSI1."""
        start: dict[str, Any] = {} if after is None else {"ExclusiveStartKey": typed(dict(after.key))}
        answer = self._client.query(
            TableName=self._table,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :category AND begins_with(GSI1SK, :name)",
            ExpressionAttributeValues=typed(
                {":category": keys.category(category), ":name": keys.product_name(prefix)},
            ),
            Limit=limit,
            **start,
        )
        products = tuple(items.to_product(plain(item)) for item in answer["Items"])
        return Page(products, position(answer.get("LastEvaluatedKey")))

    def stock(self, sku: str) -> Stock | None:
        """The stock of this moment: GetItem, consistent."""
        answer = self._client.get_item(TableName=self._table, Key=typed(keys.stock(sku)), ConsistentRead=True)
        return items.to_stock(plain(answer["Item"])) if "Item" in answer else None

    def add(self, product: Product, event: Event) -> None:
        """Product, empty stock and event: TransactWriteItems, all or nothing."""
        puts = [items.from_product(product), items.empty_stock(product), items.from_event(event, product.created_at)]
        try:
            transact(self._client, [put_new(self._table, item) for item in puts], self._pause)
        except Refused as refused:
            if refused.failed.keys() - {0, 1}:  # an id met twice: nothing to tell the caller
                raise
            raise ProductExists(product.sku) from refused

    def replace(self, changed: Product, event: Event) -> None:
        """Product and event: TransactWriteItems, on condition of the version before."""
        kept = put_changed(self._table, items.from_product(changed), changed.version - 1)
        noted = put_new(self._table, items.from_event(event, changed.updated_at))
        try:
            transact(self._client, [kept, noted], self._pause)
        except Refused as refused:
            if 0 not in refused.failed:
                raise
            raise Busy from refused

    def adjust(self, sku: str, delta: int, now: datetime, low: LowStock) -> Stock:
        """UpdateItem on condition that it stays between nothing and the limit; TransactWriteItems if it becomes low."""
        for _ in range(stock.ATTEMPTS):
            last = self._adjust(sku, delta, now)
            if isinstance(last, Stock):
                return last
            after = Stock(sku, last.stock.available + delta, last.stock.reserved)
            noted = put_new(self._table, items.from_event(low(after), now))
            with suppress(Refused):  # somebody else was faster
                adjusted = stock.adjust(self._table, sku, delta, written(now), last)
                transact(self._client, [adjusted, noted], self._pause)
                return after
        raise Busy

    def _adjust(self, sku: str, delta: int, now: datetime) -> Stock | Seen:
        """The stock with the change made, or as it stands there if the product becomes low by it."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=typed(keys.stock(sku)),
                UpdateExpression="SET available = available + :delta, updated_at = :now ADD version :one",
                ConditionExpression=f"available BETWEEN :least AND :most AND {stock.QUIETLY}",
                ExpressionAttributeValues=typed(
                    {
                        ":delta": delta,
                        ":now": written(now),
                        ":one": 1,
                        ":least": max(0, -delta),
                        ":most": min(limits.MAX_STOCK, limits.MAX_STOCK - delta),
                        **stock.quietly(delta),
                    }
                ),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            _raise_unless_condition(error)
            found: Any = error.response.get("Item", {})
            last = stock.seen(found)
            if last is None:
                raise ProductMissing from error
            if not 0 <= last.stock.available + delta <= limits.MAX_STOCK:
                raise StockLimit(sku) from error
            return last
        return items.to_stock(plain(answer["Attributes"]))


def put_new(table: str, item: Mapping[str, Json]) -> Any:
    """The action that keeps an item where none is."""
    return {"Put": {"TableName": table, "Item": typed(item), "ConditionExpression": "attribute_not_exists(PK)"}}


def put_changed(table: str, item: Mapping[str, Json], before: int) -> Any:
    """The action that keeps an item in place of the version `before`."""
    return {
        "Put": {
            "TableName": table,
            "Item": typed(item),
            "ConditionExpression": "version = :before",
            "ExpressionAttributeValues": typed({":before": before}),
        }
    }


def position(last_evaluated_key: Mapping[str, Any] | None) -> Position | None:
    """Where a Query stopped. All keys of the table are text."""
    if not last_evaluated_key:
        return None
    key = plain(last_evaluated_key)
    return Position({name: text(key, name) for name in key})


def _raise_unless_condition(error: ClientError) -> None:
    """Raise the error, or Busy for a change that met a transaction; nothing for a condition that failed."""
    code = error.response["Error"]["Code"]
    if code == "TransactionConflictException":
        raise Busy from error
    if code != "ConditionalCheckFailedException":
        raise error
