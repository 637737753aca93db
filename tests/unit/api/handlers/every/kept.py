"""What a stage has kept: every item of every table, and which partitions it lies in."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from api.adapters.sources import now
from tests.support.dynamodb import CIRCUIT_TABLE, IDEMPOTENCY_TABLE, TABLE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLES: Final = (TABLE, IDEMPOTENCY_TABLE, CIRCUIT_TABLE)
PARTITION_KEYS: Final = ("PK", "GSI1PK", "id")
LIFETIMES: Final = ("expires_at", "expiration")
"""The attributes by which tables let items go."""

LONGEST_LIFE: Final = 400 * 24 * 60 * 60
"""Seconds."""

type Item = Mapping[str, Any]
type Key = tuple[str, str, str]


def kept(client: "DynamoDBClient") -> dict[Key, Item]:
    """Every item by its table and its keys, in DynamoDB's typed form."""
    return {
        (table, _text(item, "PK", "id"), _text(item, "SK")): item for table in TABLES for item in _all(client, table)
    }


def outlasting(client: "DynamoDBClient") -> dict[tuple[str, str], int]:
    """The items that are to end by themselves and would do so too late.

    A lifetime is in seconds since 1970 (DynamoDB developer guide, "TTL"): in milliseconds it would be 50,000 years.
    """
    moment = now().timestamp()
    ends = {
        (key[1], name): int(item[name]["N"]) for key, item in kept(client).items() for name in LIFETIMES if name in item
    }
    assert ends, "nothing ends by itself"
    return {at: end for at, end in ends.items() if end >= moment + LONGEST_LIFE}


def size(item: Item) -> int:
    """Bytes of an item, nearly as DynamoDB counts them (developer guide, "DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + _bytes(value) for name, value in item.items())


def _all(client: "DynamoDBClient", table: str) -> Iterator[Item]:
    for page in client.get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def _text(item: Item, *names: str) -> str:
    return next((str(item[name]["S"]) for name in names if name in item), "")


def _bytes(value: Mapping[str, Any]) -> int:
    ((kind, held),) = value.items()
    match kind:
        case "S" | "N":
            return len(held.encode())
        case "M":
            return 3 + size(held)
        case "L":
            return 3 + sum(1 + _bytes(each) for each in held)
        case _:
            return 1
