"""Functions wait between two attempts and nowhere else: who waits is paid for, and keeps somebody waiting."""

import ast
from collections import Counter
from pathlib import Path

import api

BETWEEN_ATTEMPTS = {
    "adapters/transactions.py": 1,
    "domain/attempts.py": 2,
    "handlers/importer.py": 2,
    "handlers/paying.py": 1,
}
"""How often a file names a way to wait. Each of these is held by tests of its own: how long, how often, how random."""


def names(source: str) -> int:
    """How often `source` names something called sleep, or wait, by import, attribute or name."""
    nodes = list(ast.walk(ast.parse(source)))
    called = [node.attr for node in nodes if isinstance(node, ast.Attribute)]
    called += [node.id for node in nodes if isinstance(node, ast.Name)]
    called += [alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names]
    return called.count("sleep") + called.count("wait")


def test_nobody_waits_but_between_two_attempts() -> None:
    home = Path(next(iter(api.__path__)))
    found = Counter({file.relative_to(home).as_posix(): names(file.read_text()) for file in home.rglob("*.py")})
    assert +found == BETWEEN_ATTEMPTS


def test_whoever_sleeps_under_any_name_is_seen() -> None:
    said = ("time.sleep(1)", "from time import sleep as rest", "pause = time.sleep", "self._sleep = sleep")
    assert [names(source) for source in (*said, "threading.Event().wait(1)")] == [1, 1, 1, 1, 1]
    assert names("asleep = 'sleep'") == 0
