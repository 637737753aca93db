"""The package lives in the emulator's process, where none of the project's dependencies are."""

import ast
import sys
from pathlib import Path

import pytest

from pipeline.rehearsal.world import lambda_runtime

PACKAGE = Path(lambda_runtime.__file__).parent
MODULES = sorted(PACKAGE.glob("*.py"))


def imported(tree: ast.Module) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_imports_the_standard_library_and_its_own_package_only(module: Path) -> None:
    names = imported(ast.parse(module.read_text()))
    foreign = {name for name in names if name.split(".")[0] not in sys.stdlib_module_names}
    own = {name for name in foreign if name.startswith("pipeline.rehearsal.world.lambda_runtime")}
    # These run in the functions' processes, which have AWS's client.
    there = {"launch.py": {"awslambdaric.__main__"}, "fork_server.py": {"awslambdaric.__main__"}}
    assert foreign - own == there.get(module.name, set())
