"""Nothing ends by itself but notes that something was done: what customers have stays, whoever writes it down."""

import ast
from collections import Counter
from pathlib import Path

import api
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
