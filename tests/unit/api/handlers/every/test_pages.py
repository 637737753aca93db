"""Lists: whatever DynamoDB cuts off, nothing is left out; and no answer is larger than it may be.

DynamoDB reads at most a megabyte for a page, and hands out less than was asked for (developer guide, "Paginating table
query results"). Here it hands out two at a time.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from api.domain import limits
from tests.support.dynamodb import new_sku
from tests.support.openapi import operations, resolved
from tests.unit.api.handlers.every.good import Good, good, succeeds
from tests.unit.api.handlers.every.wire import Call, Wire
from tests.unit.api.handlers.helpers import new_product

pytestmark = pytest.mark.emulator

CUT: Final = 2
THERE: Final = 7
LISTS: Final = [
    operation["operationId"]
    for operation in operations().values()
    if any(each["name"] == "limit" for each in resolved(operation.get("parameters", [])))
]
MOST_BYTES: Final[Mapping[str, int]] = {"listProducts": 600_000}
MOST_BYTES_OF_OTHERS: Final = 32_768
"""Lambda gives up at 6 MB (its quotas); a telephone does earlier."""
LONG: Final[Mapping[str, Any]] = {
    "name": "W" * limits.NAME_LENGTH[1],
    "description": "W" * limits.DESCRIPTION_LENGTH[1],
}

CHOSEN: Final[Mapping[str, str]] = {
    "status": "CONFIRMED",
    "from": "2020-01-01T00:00:00.000Z",
    "to": "2099-01-01T00:00:00.000Z",
    "q": "earl",
}
"""What a list can be asked for besides what `good` asks it for, so that all that is there is among it."""


def test_every_operation_that_answers_by_pages_says_how_long_they_may_be() -> None:
    paged = [
        operation["operationId"]
        for operation in operations().values()
        if "next_cursor" in json.dumps(resolved(operation["responses"].get("200", {})))
    ]
    assert sorted(paged) == sorted(LISTS)
    assert len(paged) >= 3


@pytest.mark.parametrize("operation", LISTS)
def test_a_page_that_was_cut_short_is_not_the_last(wire: Wire, operation: str) -> None:
    asked = good(operation, THERE)

    def cut(call: Call) -> None:
        if call.name == "dynamodb.Query":
            call.params["Limit"] = min(call.params.get("Limit", CUT), CUT)  # type: ignore[index]

    wire.before = cut
    found = [item for page in pages(asked) for item in page]
    wire.before = None
    assert len(found) == THERE
    assert len({json.dumps(item) for item in found}) == THERE


def pages(asked: Good) -> Iterator[list[Any]]:
    """All pages, each by the cursor of the one before."""
    query = dict(asked.query or {})
    while True:
        reply = asked.send(query=query)
        assert reply.status == 200, reply
        yield reply.body["items"]
        if "next_cursor" not in reply.body:
            return
        query["cursor"] = reply.body["next_cursor"]


@pytest.mark.parametrize("operation", LISTS)
def test_who_follows_the_link_gets_the_next_page_of_the_same_list(wire: Wire, operation: str) -> None:
    """Of a list that is asked for everything that the promise lets anybody ask for, by its promised names."""
    assert wire
    asked = good(operation, 3)
    (parameters,) = (each["parameters"] for each in operations().values() if each["operationId"] == operation)
    names = {each["name"] for each in resolved(parameters) if each["in"] == "query"} - {"cursor"}
    query = {name: value for name, value in {**CHOSEN, **(asked.query or {}), "limit": "2"}.items() if name in names}
    assert query.keys() == names
    first = asked.send(query=query)
    link = re.fullmatch(r'<([^<>]+)>; rel="next"', first.headers["Link"])
    assert link is not None
    followed = {name: value for name, (value,) in parse_qs(urlsplit(link[1]).query, strict_parsing=True).items()}
    assert followed == {**query, "cursor": first.body["next_cursor"]}
    second = asked.send(query=followed)
    assert second.status == 200, second
    assert len({json.dumps(item) for item in first.body["items"] + second.body["items"]}) == 3


@pytest.mark.parametrize("operation", LISTS)
def test_a_page_holds_no_more_than_was_asked_for_and_nobody_may_ask_for_all(wire: Wire, operation: str) -> None:
    asked = good(operation, 3)
    wire.clear()
    assert len(asked.send(query={**(asked.query or {}), "limit": "2"}).body["items"]) == 2
    asks = [call.params for call in wire.calls if call.name == "dynamodb.Query"]
    assert [each["Limit"] for each in asks] == [2]
    (parameters,) = (each["parameters"] for each in operations().values() if each["operationId"] == operation)
    (limit,) = (each["schema"] for each in resolved(parameters) if each["name"] == "limit")
    assert limit["maximum"] == limits.MAX_PAGE_SIZE <= 100
    assert asked.send(query={**(asked.query or {}), "limit": str(limits.MAX_PAGE_SIZE + 1)}).status == 400
    assert limits.PAGE_SIZE <= 50


@pytest.mark.parametrize("operation", [*LISTS, "getOrder", "getTimeline"])
def test_no_answer_is_larger_than_it_may_be(wire: Wire, operation: str) -> None:
    """Of something that holds as much as it can hold; lists as long as anybody may ask for."""
    assert wire
    reply = largest(operation).send()
    assert succeeds(operation, reply), reply
    size = len(json.dumps(reply.body, ensure_ascii=False).encode())
    if operation in LISTS:
        size = size * limits.MAX_PAGE_SIZE // len(reply.body["items"])
    assert size <= MOST_BYTES.get(operation, MOST_BYTES_OF_OTHERS), f"{size:,} bytes"


def largest(operation: str) -> Good:
    """A good request about much."""
    if operation != "listProducts":
        return good(operation, limits.MAX_LINES if operation == "getOrder" else 1)
    category = f"c-{new_sku().lower()}"[:32]
    for _ in range(2):
        new_product(category=category, **LONG)
    return Good("GET", "/v1/products", query={"category": category})
