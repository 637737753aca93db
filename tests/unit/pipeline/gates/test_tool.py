"""Command-line tools: one that is missing, hangs or crashes is our failure, and says so."""

import os
import sys
from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.tool import find_tool, run_tool
from tests.unit.pipeline.gates.world import context

PYTHON = Path(sys.executable).name


def test_a_tool_runs_in_the_root_and_its_output_is_kept(tmp_path: Path) -> None:
    surroundings = context(tmp_path, TOLD="yes")
    run = run_tool(
        surroundings,
        PYTHON,
        ["-c", "import os, sys; print(os.getcwd(), os.environ['TOLD'], os.environ['MORE']); sys.stderr.write('hm')"],
        environ={"MORE": "too"},
        log="asked",
    )
    assert (run.code, run.out, run.err) == (0, f"{tmp_path.resolve()} yes too\n", "hm")
    assert (surroundings.out / "asked.log").read_text() == f"{run.out}\n{run.err}"


def test_a_tool_sees_no_variables_but_those_of_the_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FROM_OUTSIDE", "1")
    run = run_tool(context(tmp_path), PYTHON, ["-c", "import os; print('FROM_OUTSIDE' in os.environ)"])
    assert run.out == "False\n"


def test_an_unforeseen_exit_code_is_a_crash_and_its_last_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(GateBroke, match=r"ended with 9, which means that it crashed\nno room"):
        run_tool(context(tmp_path), PYTHON, ["-c", "import sys; sys.stderr.write('no room'); sys.exit(9)"])


def test_a_tool_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(GateBroke, match="no-such-tool is not installed: run scripts/setup"):
        run_tool(context(tmp_path), "no-such-tool", [])


def test_a_tool_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(GateBroke, match="did not end within 0 s"):
        run_tool(context(tmp_path), PYTHON, ["-c", "import time; time.sleep(60)"], timeout=0.2)


def test_bytes_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    run = run_tool(context(tmp_path), PYTHON, ["-c", "import sys; sys.stdout.buffer.write(b'a\\xffb')"])
    assert run.out == "a�b"


def test_the_tools_of_this_environment_come_before_those_on_the_path(tmp_path: Path) -> None:
    other = tmp_path / "bin"
    other.mkdir()
    for name in (PYTHON, "only-here"):
        (other / name).write_text("#!/bin/sh\n")
        (other / name).chmod(0o755)
    surroundings = context(tmp_path, PATH=str(other))
    assert find_tool(surroundings, PYTHON) == str(Path(sys.executable).parent / PYTHON)
    assert find_tool(surroundings, "only-here") == os.fspath(other / "only-here")
