"""The gates that are said to read no words for people, and no assembly, really name none in the code that they run."""

import ast
from collections.abc import Iterator
from pathlib import Path

from pipeline.cloud.settings import ROOT
from pipeline.gates.inputs import OF_ASSEMBLY, digest_of_inputs, is_words
from pipeline.gates.pacts.verification import TESTS
from pipeline.gates.unit import DELIVERED
from pipeline.plan.model import Gate
from tests.unit.pipeline.gates.world import context, put

READ_ASSEMBLY = {
    "guard",
    "inputs.py",
    "routes.py",  # contract's
    "tools",  # scan's
}
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


def test_an_assembly_that_comes_about_is_something_else_to_look_at_only_for_those_that_do(tmp_path: Path) -> None:
    gates = [Gate(name) for name in (*sorted(OF_ASSEMBLY), "unit", "lint", "workflow", "selftest", "mutation")]
    before = [digest_of_inputs(context(tmp_path, gate)) for gate in gates]
    put(tmp_path, cdk_dot_out__orders_dot_template_dot_json="{}")
    after = [digest_of_inputs(context(tmp_path, gate)) for gate in gates]
    changed = {gate.name for gate, one, other in zip(gates, before, after, strict=True) if one != other}
    assert changed == OF_ASSEMBLY


def test_nothing_else_of_the_gates_asks_where_the_assembly_is() -> None:
    home = ROOT / "pipeline/gates"
    asking = {
        file.relative_to(home).parts[0]
        for file in home.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Attribute) and node.attr == "assembly"
    }
    assert asking == READ_ASSEMBLY
