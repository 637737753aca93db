"""Nothing ends by itself but notes that something was done: what customers have stays, whoever writes it down."""

import ast
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

import api
from api.adapters import idempotency, items
from api.adapters.attributes import plain
from api.adapters.circuits import DynamoCircuits
from api.adapters.product_imports import from_import
from api.adapters.shipment_items import from_scan
from api.adapters.turns import DynamoTurns
from api.domain.circuit import UNTROUBLED
from api.domain.events import Event
from api.domain.ports import KeptCircuit
from api.domain.product_imports import ImportStatus, ProductImport
from api.domain.shipment import Scan, ShipmentStatus
from tests.unit.api.domain.examples import CAUSE, NOON, order
from tests.unit.api.handlers.every.kept import LIFETIMES

NOTES = {
    "adapters/circuits.py": 1,
    "adapters/items.py": 3,
    "adapters/product_imports.py": 1,
    "adapters/shipment_items.py": 1,
    "adapters/turns.py": 1,
}
"""How often a file writes such an attribute: of circuits; events, receipts and what was handled; imports, scans, turns.

Workers write things of which no operation tells, so not every item that ends is seen among those that operations leave.
"""


def written(source: str) -> int:
    """How often `source` names such an attribute as text or as an argument."""
    nodes = [*ast.walk(ast.parse(source))]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
    arguments = [node.arg for node in nodes if isinstance(node, ast.keyword)]
    return sum(each in LIFETIMES for each in (*texts, *arguments))


def test_only_notes_end_by_themselves() -> None:
    home = Path(next(iter(api.__path__))) / "adapters"
    found = Counter({f"adapters/{file.relative_to(home)}": written(file.read_text()) for file in home.rglob("*.py")})
    assert +found == NOTES


def test_an_attribute_is_seen_wherever_it_is_written() -> None:
    said = ('{"expires_at": 1}', 'item["expires_at"] = 1', 'ENDS = "expiration"', "dict(item, expires_at=1)")
    assert [written(source) for source in said] == [1, 1, 1, 1]
    assert written('"""By `expires_at`."""\nlink.expires_at') == 0


# -- how long, each time -----------------------------------------------------------------------------------------------

HAPPENED: Final = Event("event-1", "OrderPlaced", {})


class Writes:
    """Notes what is put into a table."""

    def __init__(self) -> None:
        self.put: Mapping[str, Any] = {}

    def put_item(self, **asked: Any) -> None:
        self.put = plain(asked["Item"])


def put_by(write: Callable[[Any], object]) -> Mapping[str, Any]:
    table = Writes()
    write(table)
    return table.put


def a_turn() -> Mapping[str, Any]:
    return put_by(lambda table: DynamoTurns(table, "orders", "mail").take(HAPPENED, NOON, NOON))


def a_circuit() -> Mapping[str, Any]:
    untroubled = KeptCircuit(UNTROUBLED, 0)
    return put_by(lambda table: DynamoCircuits(table, "circuits", "psp", lambda: NOON).replace(untroubled, UNTROUBLED))


def an_import() -> Mapping[str, Any]:
    return from_import(ProductImport("import-1", 1, ImportStatus.WAITING, 1, NOON, NOON, CAUSE))


def a_scan() -> Mapping[str, Any]:
    return from_scan("order-1", Scan("scan-1", "NW0000000001", ShipmentStatus.DELIVERED, NOON), NOON)


@dataclass(frozen=True)
class Ending:
    """A note that ends by itself so long after it was written, and who is let down if it ends sooner."""

    note: str
    life: timedelta
    made: Callable[[], Mapping[str, Any]]
    sooner: str


ENDING: Final = (
    Ending(
        "that something has happened",
        timedelta(days=7),
        lambda: items.from_event(HAPPENED, NOON),
        "dead letters of a pipe name positions of a stream that keeps a day: the item is all there is to send again",
    ),
    Ending(
        "that a worker has handled an event",
        timedelta(days=30),
        lambda: items.from_handled("mail", HAPPENED, NOON),
        "a message can come again after 22 days in queues, and would have its effect twice",
    ),
    Ending(
        "that a request has placed an order",
        timedelta(days=2),
        lambda: items.from_receipt("digest", order()),
        "the key is good for a day: who repeats the request would order twice",
    ),
    Ending("what a carrier has told", timedelta(days=90), a_scan, "a scan that comes again moves the parcel again"),
    Ending("an import", timedelta(days=30), an_import, "the contract says that operators can read it for 30 days"),
    Ending("whose turn it is", timedelta(days=1), a_turn, "two at once would be at a letter"),
    Ending("a circuit", timedelta(days=1), a_circuit, "a provider in trouble would be asked as if it were in none"),
)
"""What is written at noon. Whoever means another time says so here, too, and says what it costs."""


@pytest.mark.parametrize("ending", ENDING, ids=lambda ending: ending.note)
def test_a_note_lasts_as_long_as_somebody_needs_it(ending: Ending) -> None:
    ends = [datetime.fromtimestamp(kept, NOON.tzinfo) for name, kept in ending.made().items() if name in LIFETIMES]
    assert ends == [NOON + ending.life], ending.sooner


def test_every_place_that_writes_such_an_attribute_has_its_time_said() -> None:
    assert len(ENDING) == sum(NOTES.values())


def test_an_answer_is_given_again_for_a_day() -> None:
    """By Powertools, which writes `expiration`."""
    assert idempotency.KEPT_SECONDS == 24 * 60 * 60
