"""A synthesis that failed: the source's fault with its place, unless the machine failed beneath it."""

import importlib.util
from pathlib import Path

import pytest

from pipeline.synthesis import blame, machine_failed

NO_ROOM = OSError(28, "No space left on device")


def raised_by(path: Path, text: str, **names: object) -> Exception:
    """What the module with this text raises when it is imported, `names` being there for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    vars(module).update(names)
    with pytest.raises(Exception, match=r"(?s).*") as raised:
        spec.loader.exec_module(module)
    return raised.value


def raising(problem: Exception) -> object:
    def deed() -> None:
        raise problem

    return deed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def half(:\n", "SyntaxError: invalid syntax at plan/delivery.py:1"),
        ("if True:\npass\n", "IndentationError: expected an indented block after 'if' statement on line 1"),
        ("\n{}['prod']\n", "KeyError: 'prod' at plan/delivery.py:2"),
        ("assert False\n", "AssertionError at plan/delivery.py:1"),
        ("import no_such_module\n", "ModuleNotFoundError: No module named 'no_such_module' at plan/delivery.py:1"),
        ("raise RuntimeError('\\n  Error: no env\\n  at js')\n", "RuntimeError: Error: no env at plan/delivery.py:1"),
        ("import ast\nast.parse('(')\n", "SyntaxError: '(' was never closed at plan/delivery.py:2"),
    ],
)
def test_the_place_is_the_trees_own_line(text: str, said: str, tmp_path: Path) -> None:
    problem = raised_by(tmp_path / "plan" / "delivery.py", text)
    assert not machine_failed(problem, tmp_path)
    told = blame(problem, tmp_path)
    assert told.startswith(f"the source does not synthesize: {said}")
    assert told.endswith("; mend it, then run scripts/slipway synth")
    assert "\n" not in told


def test_what_a_library_raises_is_told_at_the_line_that_called_it(tmp_path: Path) -> None:
    problem = raised_by(tmp_path / "stack.py", "import json\n\njson.loads('')\n")
    assert " at stack.py:3; " in blame(problem, tmp_path)


def test_an_environment_inside_the_tree_is_not_the_trees_own(tmp_path: Path) -> None:
    problem = raised_by(tmp_path / ".venv" / "site-packages" / "library.py", "1 / 0\n")
    assert blame(problem, tmp_path) == (
        "the source does not synthesize: ZeroDivisionError: division by zero; mend it, then run scripts/slipway synth"
    )


@pytest.mark.parametrize("problem", [NO_ROOM, PermissionError(13, "no"), BrokenPipeError(), MemoryError()])
def test_what_the_system_refuses_is_the_machines(problem: Exception, tmp_path: Path) -> None:
    assert machine_failed(problem, tmp_path)


def test_a_file_that_the_tree_lacks_is_the_sources_and_one_that_the_machine_lacks_is_not(tmp_path: Path) -> None:
    assert not machine_failed(FileNotFoundError(2, "no such file", str(tmp_path / "openapi.yaml")), tmp_path)
    assert machine_failed(FileNotFoundError(2, "no such file", "/nowhere/node"), tmp_path)
    assert machine_failed(FileNotFoundError(2, "no such file"), tmp_path)


class JSIIError(Exception):
    """As jsii names what its kernel refuses."""


@pytest.mark.parametrize(
    ("problem", "machine"),
    [(ValueError("Expecting value"), True), (RuntimeError("no env"), False), (JSIIError("not a Stack"), False)],
)
def test_a_node_that_went_away_is_told_apart_from_what_it_answered(
    problem: Exception, machine: bool, tmp_path: Path
) -> None:
    library = tmp_path / "site-packages" / "jsii" / "_kernel" / "providers" / "process.py"
    found = raised_by(library, "answer()\n", answer=raising(problem))
    assert machine_failed(found, tmp_path) is machine


def test_what_the_trees_own_code_raises_when_node_calls_it_back_is_the_sources(tmp_path: Path) -> None:
    def call_back() -> None:
        raise raised_by(tmp_path / "aspect.py", "1 / 0\n")

    library = tmp_path / "site-packages" / "jsii" / "_kernel" / "providers" / "process.py"
    found = raised_by(library, "call_back()\n", call_back=call_back)
    assert not machine_failed(found, tmp_path)
