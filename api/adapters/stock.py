"""What is done to a product's stock in a transaction, and the moment at which it becomes low.

A transaction gives nothing back, so whether a product becomes low is a matter of its conditions. Pieces are taken
without a word only where as many as `limits.LOW_STOCK` stay, or where there were fewer already. Where neither is so,
the item that stood there says how many there are, and they are taken again, from just that version of it and together
with the event. So a product that becomes low costs one more request, and is told of once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.adapters import items, keys
from api.adapters.attributes import number, plain, typed
from api.domain import limits
from api.domain.events import Json
from api.domain.model import Stock

TAKE: Final = "SET available = available - :q, reserved = reserved + :q, updated_at = :now ADD version :one"
GIVE_BACK: Final = "SET available = available + :q, reserved = reserved - :q, updated_at = :now ADD version :one"

SEND_OUT: Final = "SET reserved = reserved - :q, updated_at = :now ADD version :one"

QUIETLY: Final = "(available >= :plenty OR available < :low)"
"""The product does not become low by the change."""

ATTEMPTS: Final = 4
"""To find the moment at which a product becomes low, while others take of it, too."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A stock as it stood there when a condition failed."""

    stock: Stock
    version: int


def seen(item: Mapping[str, Any]) -> Seen | None:
    """What a refusal brought along; None if nothing was there."""
    if not item:
        return None
    found = plain(item)
    return Seen(items.to_stock(found), number(found, "version"))


def becomes_low(available: int, delta: int) -> bool:
    """Whether a product of so many pieces becomes low by that change."""
    return available + delta < limits.LOW_STOCK <= available


def quietly(delta: int) -> dict[str, Json]:
    """The values of `QUIETLY`."""
    return {":plenty": limits.LOW_STOCK - delta, ":low": limits.LOW_STOCK}


def take(table: str, sku: str, quantity: int, now: str, last: Seen | None) -> Any:
    """The action that takes pieces: quietly, or from just the stock that was seen last."""
    values: dict[str, Json] = {":q": quantity, ":now": now, ":one": 1}
    if last is None:
        return _update(table, sku, TAKE, f"available >= :q AND {QUIETLY}", {**values, **quietly(-quantity)})
    return _update(table, sku, TAKE, "version = :seen", {**values, ":seen": last.version})


def give_back(table: str, sku: str, quantity: int, now: str) -> Any:
    """The action that gives pieces back."""
    return _update(table, sku, GIVE_BACK, "reserved >= :q", {":q": quantity, ":now": now, ":one": 1})


def send_out(table: str, sku: str, quantity: int, now: str) -> Any:
    """The action by which reserved pieces leave the house."""
    return _update(table, sku, SEND_OUT, "reserved >= :q", {":q": quantity, ":now": now, ":one": 1})


def adjust(table: str, sku: str, delta: int, now: str, last: Seen) -> Any:
    """The action that adds to just the stock that was seen last."""
    expression = "SET available = available + :delta, updated_at = :now ADD version :one"
    values: dict[str, Json] = {":delta": delta, ":now": now, ":one": 1, ":seen": last.version}
    return _update(table, sku, expression, "version = :seen", values)


def _update(table: str, sku: str, expression: str, condition: str, values: Mapping[str, Json]) -> Any:
    return {
        "Update": {
            "TableName": table,
            "Key": typed(keys.stock(sku)),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": typed(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }
