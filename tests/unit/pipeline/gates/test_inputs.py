"""The gates that are said to read no words for people really name none in the code that they run."""

import ast
from collections.abc import Iterator
from pathlib import Path

from pipeline.cloud.settings import ROOT
from pipeline.gates.contract import TESTS
from pipeline.gates.inputs import is_words
from pipeline.gates.unit import DELIVERED

READ = (*DELIVERED.quick, *DELIVERED.slow, *DELIVERED.covers, TESTS, "tests/support", "tests/pacts")


def texts(file: Path) -> Iterator[str]:
    """The text constants of a module, but for the sentences that say what things are."""
    tree = ast.parse(file.read_bytes())
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def test_no_test_of_what_is_delivered_reads_words_at_the_top_of_the_source() -> None:
    words = {path.name for path in ROOT.iterdir() if is_words(Path(path.name))} | {".github"}
    assert {"README.md", ".github"} <= words
    looked_at = [file for home in READ for file in sorted((ROOT / home).rglob("*.py"))]
    assert len(looked_at) > 300
    naming = {file: text for file in looked_at for text in texts(file) if any(word in text for word in words)}
    assert naming == {}
