"""The imports of products in DynamoDB, and the products that they bring."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from api.adapters import items, keys
from api.adapters.attributes import number, plain, text, typed
from api.adapters.items import Item
from api.adapters.products import put_changed, put_new
from api.adapters.transactions import Pause, Refused, full_jitter, transact
from api.domain.errors import Busy, Overtaken
from api.domain.events import Cause, Event, Json
from api.domain.instants import read, written
from api.domain.model import Product
from api.domain.product_imports import Failure, Fault, ImportStatus, ProductImport, Progress, Unlisted

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LIFETIME: Final = timedelta(days=30)
"""So long one can be looked up; then `expires_at` lets the table drop it."""


class DynamoImports:
    """api.domain.ports.Imports on one table. `pause` waits between the attempts of a contended transaction."""

    def __init__(self, client: "DynamoDBClient", table: str, pause: Pause = full_jitter) -> None:
        self._client = client
        self._table = table
        self._pause = pause

    def keep(self, new: ProductImport) -> None:
        """PutItem, where no import of this number is."""
        self._client.put_item(**put_new(self._table, from_import(new))["Put"])

    def get(self, import_id: str) -> ProductImport | None:
        """GetItem, consistent."""
        key = typed(keys.product_import(import_id))
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return to_import(plain(answer["Item"])) if "Item" in answer else None

    def change(self, after: ProductImport) -> None:
        """PutItem, on condition of the version before."""
        try:
            self._client.put_item(**self._put(after)["Put"])
        except ClientError as error:
            if error.response["Error"]["Code"] not in (
                "ConditionalCheckFailedException",
                "TransactionConflictException",
            ):
                raise
            raise Busy from error

    def work_off(self, after: ProductImport, changes: Sequence[tuple[Product, Event]]) -> None:
        """TransactWriteItems; the import comes first, so that its refusal tells who is further, and not in the way."""
        actions = [self._put(after), *(action for change in changes for action in self._actions(*change))]
        try:
            transact(self._client, actions, self._pause)
        except Refused as refused:
            if 0 in refused.failed:
                raise Overtaken from refused
            raise Busy from refused

    def _put(self, after: ProductImport) -> Any:
        return put_changed(self._table, from_import(after), after.version - 1)

    def _actions(self, product: Product, event: Event) -> list[Any]:
        noted = put_new(self._table, items.from_event(event, product.updated_at))
        item = items.from_product(product)
        if product.version > 1:
            return [put_changed(self._table, item, product.version - 1), noted]
        return [put_new(self._table, item), put_new(self._table, items.empty_stock(product)), noted]


def from_import(kept: ProductImport) -> Item:
    """An import's item."""
    trace: Item = {} if kept.cause.traceparent is None else {"traceparent": kept.cause.traceparent}
    return {
        **keys.product_import(kept.id),
        "entity": "IMPORT",
        "import_id": kept.id,
        "status": kept.status.value,
        "size": kept.size,
        "source": kept.source,
        "lines": kept.lines,
        "progress": _progress(kept.progress),
        "failure": None if kept.failure is None else kept.failure.value,
        "correlation_id": kept.cause.correlation_id,
        "causation_id": kept.cause.causation_id,
        **trace,
        "version": kept.version,
        "created_at": written(kept.created_at),
        "updated_at": written(kept.updated_at),
        "expires_at": int((kept.created_at + LIFETIME).timestamp()),
    }


def to_import(item: Mapping[str, Json]) -> ProductImport:
    """The import of an item."""
    trace = text(item, "traceparent") if "traceparent" in item else None
    progress = item["progress"]
    if not isinstance(progress, dict):
        raise TypeError("the progress of an import should be a map in the table")
    return ProductImport(
        text(item, "import_id"),
        number(item, "size"),
        ImportStatus(text(item, "status")),
        number(item, "version"),
        read(text(item, "created_at")),
        read(text(item, "updated_at")),
        Cause(text(item, "correlation_id"), text(item, "causation_id"), trace),
        text(item, "source"),
        None if item["lines"] is None else number(item, "lines"),
        _to_progress(progress),
        None if item["failure"] is None else Failure(text(item, "failure")),
    )


def _progress(progress: Progress) -> Json:
    faults: list[Json] = [
        {"line": each.number, "pointer": each.wrong.pointer, "detail": each.wrong.detail} for each in progress.faults
    ]
    return {
        "lines": progress.lines,
        "end": progress.end,
        "created": progress.created,
        "replaced": progress.replaced,
        "rejected": progress.rejected,
        "faults": faults,
    }


def _to_progress(held: Mapping[str, Json]) -> Progress:
    faults = held["faults"]
    told = [each for each in faults if isinstance(each, dict)] if isinstance(faults, list) else []
    lines, end, created, replaced, rejected = (
        number(held, name) for name in ("lines", "end", "created", "replaced", "rejected")
    )
    return Progress(lines, end, created, replaced, rejected, tuple(map(_to_fault, told)))


def _to_fault(held: Mapping[str, Json]) -> Fault:
    return Fault(number(held, "line"), Unlisted(text(held, "pointer"), text(held, "detail")))
