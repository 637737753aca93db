"""The catalogue and its stock in DynamoDB."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from api.adapters import items, keys
from api.adapters.attributes import plain, text, typed
from api.adapters.transactions import Pause, Refused, full_jitter, transact
from api.domain import limits
from api.domain.errors import Busy, ProductExists, ProductMissing, Stale, StockLimit
from api.domain.events import Json
from api.domain.instants import written
from api.domain.model import Page, Position, Product, ProductDetails, Stock
from api.domain.ports import Versions

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

    def add(self, product: Product) -> None:
        """Product and empty stock: TransactWriteItems, both or neither."""
        puts = [items.from_product(product), items.empty_stock(product)]
        try:
            transact(self._client, [put_new(self._table, item) for item in puts], self._pause)
        except Refused as refused:
            raise ProductExists(product.sku) from refused

    def replace(self, sku: str, details: ProductDetails, expected: Versions, now: datetime) -> Product:
        """Change a product in place: UpdateItem on condition of its version."""
        changes: dict[str, Json] = {**items.product_changes(sku, details), "updated_at": written(now)}
        condition, versions = version_condition(expected)
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=typed(keys.product(sku)),
                UpdateExpression=f"SET {', '.join(f'#{name} = :{name}' for name in changes)} ADD version :one",
                ConditionExpression=condition,
                ExpressionAttributeNames={f"#{name}": name for name in changes},
                ExpressionAttributeValues=typed(
                    {**{f":{name}": value for name, value in changes.items()}, **versions, ":one": 1}
                ),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            _raise_busy(error)
            raise self._missing_or(error, Stale()) from error
        return items.to_product(plain(answer["Attributes"]))

    def adjust(self, sku: str, delta: int, now: datetime) -> Stock:
        """Add to what is available: UpdateItem on condition that it stays between nothing and the limit."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=typed(keys.stock(sku)),
                UpdateExpression="SET available = available + :delta, updated_at = :now ADD version :one",
                ConditionExpression="available BETWEEN :least AND :most",
                ExpressionAttributeValues=typed(
                    {
                        ":delta": delta,
                        ":now": written(now),
                        ":one": 1,
                        ":least": max(0, -delta),
                        ":most": min(limits.MAX_STOCK, limits.MAX_STOCK - delta),
                    }
                ),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            _raise_busy(error)
            raise self._missing_or(error, StockLimit(sku)) from error
        return items.to_stock(plain(answer["Attributes"]))

    def _missing_or(self, error: ClientError, otherwise: Exception) -> Exception:
        """What a failed condition means: no item there, or one that does not fit. Other errors stay what they are."""
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            return error
        return otherwise if error.response.get("Item") else ProductMissing()


def put_new(table: str, item: Mapping[str, Json]) -> Any:
    """The action that keeps an item where none is."""
    return {"Put": {"TableName": table, "Item": typed(item), "ConditionExpression": "attribute_not_exists(PK)"}}


def position(last_evaluated_key: Mapping[str, Any] | None) -> Position | None:
    """Where a Query stopped. All keys of the table are text."""
    if not last_evaluated_key:
        return None
    key = plain(last_evaluated_key)
    return Position({name: text(key, name) for name in key})


def version_condition(expected: Versions) -> tuple[str, dict[str, Json]]:
    """A condition on `version` and its values. Versions count from 1, so 0 stands for one that nothing has."""
    if expected is None:
        return "attribute_exists(PK)", {}
    values: dict[str, Json] = {f":v{number}": version for number, version in enumerate(sorted(expected or {0}))}
    return f"version IN ({', '.join(values)})", values


def _raise_busy(error: ClientError) -> None:
    if error.response["Error"]["Code"] == "TransactionConflictException":
        raise Busy from error
