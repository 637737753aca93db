"""What lies in the table is found under the key under which it was put there.

`KEYS` says which there are, as far as their first number. Functions may use others besides. One that is no longer used
fails here: items of releases before lie under no other, so that they would be lost, and who comes back to the release
before loses those of this one. Change a key so:

1. expand: read under both, and write what is new under the new one, too; say it here, and release that;
2. migrate: put every item that is there under the new one, and look that none is left without;
3. contract: read and write under the new one alone, take the old one out of here, and release that.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.support.dynamodb import TABLE
from tests.support.events import context
from tests.unit.api.handlers.every.invocations import INVOCATIONS
from tests.unit.api.handlers.every.replay import succeeded
from tests.unit.api.handlers.every.wire import Call, Wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

KEYS: Final = (
    "CARRIER# META",
    "CUST# PREFS",
    "CUST# PROFILE",
    "CUST# STANDING",
    "EVENT# META",
    "GSI1: CAT# NAME#",
    "GSI1: CLIENT# PARTNER#",
    "GSI1: EMAIL# PROFILE",
    "GSI1: OWNER# ORD#",
    "GSI1: PAY# PAY",
    "GSI1: PSP# PAY",
    "GSI1: TRK# SHIP",
    "HANDLED# META",
    "IMPORT# META",
    "INVOICES# META",
    "ORD# CLAIM#",
    "ORD# INVOICE",
    "ORD# ITEM#",
    "ORD# META",
    "ORD# PARCEL#",
    "ORD# PAY#",
    "ORD# RES#",
    "ORD# SCAN#",
    "ORD# STEP#",
    "PARTNER# META",
    "PARTNER# ORD#",
    "PROD# META",
    "PROD# STOCK",
    "RECEIPT# META",
    "TURN# META",
)
_WORD: Final = re.compile(r"[A-Z_]+")
_INDEXES: Final = {"PK": "", "GSI1PK": "GSI1: "}


@pytest.fixture(scope="module")
def used(stage: "DynamoDBClient", listened: Wire) -> frozenset[str]:
    """The keys that all functions use, each of them invoked once in each way in which it is invoked."""
    listened.clear()
    listened.before = listened.interfere = listened.instead = None
    for invocation in INVOCATIONS.values():
        with pytest.MonkeyPatch.context() as patch:
            made = invocation(stage, patch)
            assert succeeded(made.handler(made.ready(json.loads(json.dumps(made.event))), context()))
    return frozenset(key for call in listened.calls for key in asked_by(call))


def asked_by(call: Call) -> Iterator[str]:
    """The keys under which a call gets or puts something, as far as their first number: `GSI1: EMAIL# PROFILE`.

    A query asks for a part of one, which somebody has put there.
    """
    for action in actions(call):
        key = action.get("Item") or action.get("Key") or {}
        for name, index in _INDEXES.items():
            if name in key:
                yield index + " ".join(spelt(key[part]) for part in (name, name.replace("PK", "SK")))


def actions(call: Call) -> Iterator[Mapping[str, Any]]:
    """What a call to DynamoDB does in the one table, one by one."""
    asked = call.params
    told = [action for each in asked.get("TransactItems", ()) for action in each.values()]
    told += [{"TableName": table, "Key": key} for table, keys in _batch(asked) for key in keys]
    if call.name.startswith("dynamodb."):
        yield from (each for each in (*told, asked) if each.get("TableName") == TABLE)


def _batch(asked: Mapping[str, Any]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    return [(table, each["Keys"]) for table, each in asked.get("RequestItems", {}).items() if "Keys" in each]


def spelt(value: Mapping[str, Any]) -> str:
    """A part of a key as far as its first number; what is nothing but a number of something is `?`."""
    text = str(value.get("S", ""))
    beginning, numbered, _ = text.partition("#")
    return beginning + numbered if numbered or _WORD.fullmatch(text) else "?"


def test_what_was_kept_under_a_key_is_found_under_it(used: frozenset[str]) -> None:
    lost = [key for key in KEYS if key not in used]
    assert lost == [], "expand, migrate, contract: see the beginning of this file"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("CUST#ann", "CUST#"),
        ("CLAIM#1#PHOTO#a.jpg", "CLAIM#"),
        ("STANDING", "STANDING"),
        ("2026-11-23", "?"),
        ("7", "?"),
    ],
)
def test_a_key_is_told_without_its_numbers(value: str, says: str) -> None:
    assert spelt({"S": value}) == says


def test_whatever_asks_for_a_key_is_seen() -> None:
    key, item = ({"PK": {"S": "CUST#1"}, "SK": {"S": name}} for name in ("PREFS", "PROFILE"))
    found = {"GSI1PK": {"S": "EMAIL#1"}, "GSI1SK": {"S": "PROFILE"}}
    calls: list[tuple[str, Mapping[str, Any], list[str]]] = [
        ("GetItem", {"TableName": TABLE, "Key": key}, ["CUST# PREFS"]),
        ("PutItem", {"TableName": TABLE, "Item": {**item, **found}}, ["CUST# PROFILE", "GSI1: EMAIL# PROFILE"]),
        ("TransactWriteItems", {"TransactItems": [{"Delete": {"TableName": TABLE, "Key": key}}]}, ["CUST# PREFS"]),
        ("BatchGetItem", {"RequestItems": {TABLE: {"Keys": [key, item]}}}, ["CUST# PREFS", "CUST# PROFILE"]),
        ("GetItem", {"TableName": "another", "Key": key}, []),
    ]
    for name, params, keys in calls:
        assert [*asked_by(Call(f"dynamodb.{name}", params))] == keys
