"""A write is held to what it was held to: a condition that is gone lets two who come at once both have their way.

`conditions.toml` says of every invocation what each of its writes demands. More may be demanded, and more be written;
what is no longer demanded fails here. After a change that means it, SLIPWAY_UPDATE_GOLDEN=1 writes the file anew (-n0).
"""

import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.events import context
from tests.unit.api.handlers.every.held import apart, held_to
from tests.unit.api.handlers.every.invocations import INVOCATIONS
from tests.unit.api.handlers.every.replay import succeeded
from tests.unit.api.handlers.every.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROMISED = Path(__file__).with_name("conditions.toml")
TABLE: dict[str, list[str]] = tomllib.loads(PROMISED.read_text()) if PROMISED.exists() else {}
FEWEST = 60


@pytest.mark.emulator
@pytest.mark.parametrize("name", INVOCATIONS)
def test_a_write_is_held_to_what_is_promised(
    name: str, stage: "DynamoDBClient", wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = INVOCATIONS[name](stage, monkeypatch)
    wire.clear()
    assert succeeded(made.handler(made.ready(json.loads(json.dumps(made.event))), context()))
    found = sorted({clause for call in wire.calls for clause in held_to(call)})
    if os.environ.get("SLIPWAY_UPDATE_GOLDEN") == "1":
        keep(name, found)
        return
    assert [clause for clause in TABLE.get(name, []) if clause not in found] == []


def keep(name: str, found: list[str]) -> None:
    """Write what was found of `name` into the table."""
    TABLE.pop(name, None)
    if found:
        TABLE[name] = found
    lines = ["# What each write is held to, by invocation: see test_conditions.py."]
    for each in sorted(TABLE):
        lines += ["", f'"{each}" = [', *(f'    "{clause}",' for clause in TABLE[each]), "]"]
    PROMISED.write_text("\n".join([*lines, ""]))


def test_there_is_much_to_hold_them_to() -> None:
    assert sum(map(len, TABLE.values())) >= FEWEST
    assert TABLE.keys() <= INVOCATIONS.keys()


@pytest.mark.parametrize(
    ("condition", "clauses"),
    [
        ("attribute_not_exists(PK)", ["attribute_not_exists(PK)"]),
        ("a = ? AND (b = ? OR c = ?)", ["a = ?", "(b = ? OR c = ?)"]),
        ("a BETWEEN ? AND ? AND b = ?", ["a BETWEEN ? AND ?", "b = ?"]),
        ("(a = ? AND b = ?) AND c", ["(a = ? AND b = ?)", "c"]),
    ],
)
def test_a_condition_is_read_clause_by_clause(condition: str, clauses: list[str]) -> None:
    assert apart(condition) == clauses
