"""The domain is the standard library and itself, without clock, randomness, network or environment."""

import ast
import sys
from pathlib import Path

import api.domain

_WORLDLY = {"os", "random", "secrets", "socket", "subprocess", "threading", "time", "urllib", "uuid"}


def imported(source: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_the_domain_imports_the_standard_library_and_itself() -> None:
    files = list(Path(next(iter(api.domain.__path__))).glob("*.py"))
    assert len(files) > 10
    for file in files:
        foreign = {
            name
            for name in imported(file.read_text())
            if not name.startswith("api.domain") and name.split(".")[0] not in sys.stdlib_module_names - _WORLDLY
        }
        assert foreign == set(), file.name
