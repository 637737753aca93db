"""What the writes of an invocation are held to: the conditions of each, clause by clause, as a person reads them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.support.dynamodb import TABLE
from tests.unit.api.handlers.every.wire import Call

_WORD: Final = re.compile(r"[A-Z][A-Za-z_]+|[a-z_]+")
"""A value that is a word of ours, as a status is: it stands as it is, and any other as `?`."""
_SINGLE: Final[Mapping[str, str]] = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}


def held_to(call: Call) -> Iterator[str]:
    """Each condition of each write of a call to DynamoDB: `Update ORDER# META: version = ?`."""
    service, _, operation = call.name.partition(".")
    if service != "dynamodb":
        return
    if operation in _SINGLE:
        yield from _clauses(_SINGLE[operation], call.params)
    for action in call.params.get("TransactItems", ()):
        for kind, told in action.items():
            yield from _clauses(kind, told)


def _clauses(kind: str, told: Mapping[str, Any]) -> Iterator[str]:
    condition = told.get("ConditionExpression")
    if condition is not None and told["TableName"] == TABLE:  # the others are those of libraries, who know theirs
        yield from (f"{kind} {_what(told)}: {clause}" for clause in apart(_spelt(condition, told)))


def _what(told: Mapping[str, Any]) -> str:
    """What is written: its keys, without what tells it from others of its kind."""
    keys = told.get("Item") or told["Key"]
    return " ".join(re.sub(r"(?<=#).*", "", str(keys[name]["S"])) for name in ("PK", "SK"))


def _spelt(condition: str, told: Mapping[str, Any]) -> str:
    """The condition with the names and words that its placeholders stand for."""
    names, values = told.get("ExpressionAttributeNames", {}), told.get("ExpressionAttributeValues", {})
    named = re.sub(r"#\w+", lambda found: str(names.get(found[0], found[0])), condition)
    return re.sub(r":\w+", lambda found: _value(values.get(found[0], {})), named)


def _value(value: Mapping[str, Any]) -> str:
    text = str(value.get("S", ""))
    return text if _WORD.fullmatch(text) else "?"


def apart(condition: str) -> list[str]:
    """The clauses that must all hold: what AND joins outside of brackets. BETWEEN has an AND of its own."""
    found, depth, words = [""], 0, re.split(r"(\s+|[()])", condition)
    between = False
    for word in words:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "BETWEEN":
            between = True
        elif word == "AND" and depth == 0 and not between:
            found.append("")
            continue
        elif word == "AND":
            between = False
        found[-1] += word
    return [_bare(clause) for clause in found]


def _bare(clause: str) -> str:
    return re.sub(r"\s+", " ", clause).strip()
