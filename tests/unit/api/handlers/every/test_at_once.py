"""Two at once: of two changes of one version one is refused, and what is asked for twice at once happens once.

No threads: while the first request is about to ask AWS for something, the second is sent and ends. That is tried at
each place where the first asks, so every order of events comes about, and the same ones each time.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.support.dynamodb import TABLE, new_sku
from tests.support.http_api import Reply, call
from tests.support.openapi import operations, resolved
from tests.unit.api.handlers.every.good import Caller, Good, a_partner, good, somebody
from tests.unit.api.handlers.every.wire import Call, Wire
from tests.unit.api.handlers.helpers import CHOICES, adjust, available, details, lines, new_product

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

type Send = Callable[[], Reply]


def taking(header: str) -> list[str]:
    """The operations that take a header."""
    return [
        operation["operationId"]
        for operation in operations().values()
        if any(each["name"] == header for each in resolved(operation.get("parameters", [])))
    ]


OTHER: Final[Mapping[str, Any]] = {
    "replaceProduct": details(name="Ceylon"),
    "changeProfile": {"name": "Cleo"},
    "replacePreferences": {**CHOICES, "language": "en"},
    "cancelOrder": None,
}
"""By operation that takes If-Match another good body than that of its good request."""


def interleaved(wire: Wire, first: Send, second: Send, place: int) -> tuple[Reply, Reply]:
    """Both replies, where the second is asked just before the first asks AWS for the `place`th time."""
    met: list[Reply] = []

    def meet(_: Call) -> None:
        if len(wire.calls) > place:
            wire.before = None
            met.append(second())

    wire.clear()
    wire.before = meet
    reply = first()
    wire.before = None
    return reply, met[0] if met else second()


def places(wire: Wire, request: Good) -> range:
    """All places at which that request asks AWS for something."""
    wire.clear()
    request.send()
    return range(len(wire.calls))


def done(*replies: Reply) -> list[Reply]:
    """Those that have had their effect just now."""
    return [reply for reply in replies if reply.status < 300 and "Idempotent-Replayed" not in reply.headers]


def test_every_operation_that_takes_a_version_is_tried() -> None:
    assert set(taking("If-Match")) == set(OTHER)


@pytest.mark.parametrize("operation", OTHER)
def test_of_two_changes_of_one_version_one_is_refused_and_the_other_stays(wire: Wire, operation: str) -> None:
    for place in places(wire, good(operation)):
        asked = good(operation)
        read = asked.path.removesuffix("/cancellation")
        version = {**asked.headers, "If-Match": call("GET", read, asked.user).headers["ETag"]}
        one, other = (
            partial(asked.send, headers=version),
            partial(asked.send, headers=version, json_body=OTHER[operation]),
        )
        first, second = interleaved(wire, one, other, place)
        (winner,) = done(first, second)
        (loser,) = {first.status, second.status} - {winner.status} or {winner.status}
        assert loser in (409, 412), (place, first, second)
        now = call("GET", read, asked.user).body
        assert {name: now.get(name) for name in winner.body} == winner.body


@pytest.mark.parametrize("operation", [name for name in taking("Idempotency-Key") if "hear" not in name])
def test_what_is_asked_for_twice_at_once_under_one_key_happens_once(
    stage: "DynamoDBClient", wire: Wire, operation: str
) -> None:
    alone = effects(stage, wire, good(operation).send)
    for place in places(wire, good(operation)):
        asked = good(operation)
        replies: list[Reply] = []

        def twice(asked: Good = asked, place: int = place, replies: list[Reply] = replies) -> None:
            replies += interleaved(wire, asked.send, asked.send, place)

        assert effects(stage, wire, twice) == alone, place
        assert len(done(*replies)) == 1, (place, replies)
        for reply in replies:
            assert reply.status < 300 or reply.problem in ("request-in-progress", "busy"), (place, reply)


def effects(stage: "DynamoDBClient", wire: Wire, send: Callable[[], object]) -> tuple[int, int]:
    """How many items the table has more after it, and how often another service was told something."""
    before = how_many(stage)
    wire.clear()
    send()
    told = [call.name for call in wire.sent if call.writes and not call.name.startswith("dynamodb.")]
    return how_many(stage) - before, len(told)


def how_many(stage: "DynamoDBClient") -> int:
    """Items of the table. The local AWS counts them at once, unlike DynamoDB, which does every six hours."""
    return stage.describe_table(TableName=TABLE)["Table"]["ItemCount"]


def buy(path: str, buyer: Caller, sku: str) -> Reply:
    """Order one piece."""
    return call("POST", path, buyer, key=new_sku(), json_body=lines((sku, 1)))


@pytest.mark.parametrize("path", ["/v1/orders", "/partner/v1/orders"])
def test_the_last_piece_is_sold_once(wire: Wire, path: str) -> None:
    for place in range(6):
        sku = new_product(1)
        buyers: list[Caller] = [somebody(), somebody()] if path.startswith("/v1") else [a_partner(), a_partner()]
        one, other = (partial(buy, path, buyer, sku) for buyer in buyers)
        first, second = interleaved(wire, one, other, place)
        assert len(done(first, second)) == 1, (place, first, second)
        assert available(sku) == 0


def test_no_adjustment_is_lost(wire: Wire) -> None:
    for place in range(4):
        sku = new_product(12)
        first, second = interleaved(wire, partial(adjust, sku, -5), partial(adjust, sku, -4), place)
        assert {first.status, second.status} <= {200, 409}
        assert available(sku) == 12 - 5 * (first.status == 200) - 4 * (second.status == 200)


def test_a_scan_that_is_told_twice_at_once_counts_once(stage: "DynamoDBClient", wire: Wire) -> None:
    alone = effects(stage, wire, good("scanParcel").send)
    for place in places(wire, good("scanParcel")):
        asked = good("scanParcel")
        assert effects(stage, wire, partial(interleaved, wire, asked.send, asked.send, place)) == alone, place
