"""What cdk-nag said is forgotten when anything changes that the app is built from."""

import ast
from pathlib import Path

from pipeline.gates.tools.nag import BUILT_FROM

ROOT = Path(__file__).parents[5]


def modules(home: str) -> set[str]:
    """The files of `api` that the Python files of a folder import."""
    found: set[str] = set()
    for file in (ROOT / home).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "api":
                found.add(f"{str(node.module).replace('.', '/')}.py")
    return found


def test_all_that_the_app_is_built_from_is_there() -> None:
    assert [name for name in BUILT_FROM if not (ROOT / name).exists()] == []


def test_what_the_templates_are_made_of_stands_among_it() -> None:
    imported = modules("pipeline/cloud") | modules("pipeline/plan")
    assert "api/needs.py" in imported
    homes = [Path(name) for name in BUILT_FROM]
    assert [name for name in imported if not any(Path(name).is_relative_to(home) for home in homes)] == []
