"""What operations leave behind: items that stay small, end some day, and lie in partitions of their own."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.adapters import keys
from api.adapters.sources import new_id, now
from tests.support.dynamodb import empty_tables
from tests.support.payment_provider.book import ALWAYS_FAILS
from tests.unit.api.handlers.every.good import OPERATIONS, Good, good, somebody, succeeds
from tests.unit.api.handlers.every.kept import LIFETIMES, PARTITION_KEYS, TABLES, Item, Key, kept, outlasting, size
from tests.unit.api.handlers.every.wire import Wire
from tests.unit.api.handlers.helpers import new_product, place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

LARGEST: Final = 16 * 1024
"""Bytes. DynamoDB's own limit is 400 KB, and what is read and written costs by the kilobyte."""
TIMES: Final = 5
ROOM: Final = 8
"""Bytes that an item may grow by while it is changed so often: its counters get longer."""
DEAR: Final = {"amount": ALWAYS_FAILS, "currency": "EUR"}
"""What the provider breaks at."""
MEETING: Final = ("INVOICES#", "CAT#tea")
"""Partitions at which many meet and must: numbers of a year's invoices, and products that these tests put together."""
NOTES: Final = {"EVENT", "RECEIPT", "HANDLED", "IMPORT", "SCAN", "circuit-state", "idempotency"}
"""What may end by itself, by `entity` or table: notes that something was done, never what customers have."""
CHANGING: Final = [name for name in OPERATIONS if not name.startswith(("get", "list", "find"))]


@dataclass(frozen=True)
class Rounds:
    """What is kept after two rounds of every operation that changes something, and how full each partition was."""

    kept: Mapping[Key, Item]
    filled: tuple[Counter[tuple[str, str]], ...]


@pytest.fixture(scope="module")
def rounds(stage: "DynamoDBClient", listened: Wire) -> Rounds:
    """Each round is about customers, orders and products of its own."""
    assert listened
    empty_tables(stage)
    filled = [Counter[tuple[str, str]]()]
    for _ in range(2):
        for operation in CHANGING:
            done(operation)
        place((new_product(9, price=DEAR), 1), user=somebody())  # of which the breaker takes note
        found = kept(stage)
        filled.append(partitions(found))
    return Rounds(found, tuple(filled))


def done(operation: str) -> Good:
    """A good request that was sent and has succeeded."""
    asked = good(operation)
    reply = asked.send()
    assert succeeds(operation, reply), reply
    return asked


def partitions(found: Mapping[Key, Item]) -> Counter[tuple[str, str]]:
    """How many items each partition holds, by the attribute that it is named in."""
    return Counter((name, str(item[name]["S"])) for item in found.values() for name in PARTITION_KEYS if name in item)


def test_what_ends_by_itself_does_so_in_good_time(rounds: Rounds, stage: "DynamoDBClient") -> None:
    ending = {item["entity"]["S"] if "entity" in item else key[0] for key, item in rounds.kept.items() if ends_of(item)}
    assert ending == NOTES
    assert outlasting(stage) == {}
    assert min(end for item in rounds.kept.values() for end in ends_of(item)) > now().timestamp()


def ends_of(item: Item) -> list[int]:
    """When an item ends by itself, in seconds since 1970; empty if it does not."""
    return [int(item[name]["N"]) for name in LIFETIMES if name in item]


def test_numbers_are_whole_and_exact(rounds: Rounds) -> None:
    numbers = [value["N"] for item in rounds.kept.values() for value in item.values() if "N" in value]
    assert len(numbers) > len(CHANGING)
    assert [number for number in numbers if not number.lstrip("-").isdecimal()] == []


def test_what_has_nothing_to_do_with_each_other_lies_apart(rounds: Rounds) -> None:
    """No partition of a table or an index gets more in both rounds: one that all share would be a hot one."""
    before, first, second = rounds.filled
    shared = {at: second[at] for at in second if second[at] > first[at] > before[at]}
    assert {at: held for at, held in shared.items() if not at[1].startswith(MEETING)} == {}


def test_no_item_grows_however_often_something_is_done(rounds: Rounds, stage: "DynamoDBClient", wire: Wire) -> None:
    """The same again and again, by the same caller about the same thing."""
    assert rounds
    assert wire
    asked = [done(operation) for operation in CHANGING]
    again(asked, 2)
    before = {key: size(item) for key, item in kept(stage).items()}
    again(asked, TIMES)
    after = {key: size(item) for key, item in kept(stage).items()}
    grown = {key: (before[key], after[key]) for key in before if key in after and after[key] > before[key] + ROOM}
    assert grown == {}
    assert max(after.values()) <= LARGEST


def again(asked: Sequence[Good], times: int) -> None:
    """Ask for the same as often, each time as something new where a key or a number of its own says so."""
    for request in [*asked] * times:
        body: Any = {**request.body, "id": new_id()} if "id" in (request.body or {}) else request.body
        reply = request.send(key=None if request.key is None else new_id(), json_body=body)
        assert reply.status < 500, reply


def test_orders_that_wait_are_spread_over_their_shards() -> None:
    """All of them come and go in one index, so its second key spreads them."""
    many = 400
    spread = Counter(keys.shard(new_id()) for _ in range(many))
    assert len(spread) == keys.SHARDS >= 4
    assert max(spread.values()) < 2 * many / keys.SHARDS


def test_what_operations_leave_is_looked_for_in_every_table(stage: "DynamoDBClient") -> None:
    assert sorted(stage.list_tables()["TableNames"]) == sorted(TABLES)
