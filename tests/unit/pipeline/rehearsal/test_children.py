"""Children end with us, whole."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.children import run_child
from pipeline.rehearsal.errors import Cancelled

# A child that starts a grandchild, writes the grandchild's pid and then waits for ever.
FAMILY = """
import pathlib, subprocess, sys
grandchild = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
pathlib.Path("pid.new").write_text(str(grandchild.pid))
pathlib.Path("pid.new").rename("pid")
grandchild.wait()
"""


ROOT = Path(__file__).parents[4]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def gone(pid: int) -> bool:
    """Whether the process has ended (a zombie that nobody has waited for yet has)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def until(true: Callable[[], bool]) -> bool:
    """Ask again for up to ten seconds."""
    never = threading.Event()
    return any(true() or never.wait(0.01) for _ in range(1000))


def wait_for(path: Path) -> str:
    assert until(path.exists), f"{path} never came"
    return path.read_text()


def test_output_and_exit_code_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "log"

    code = run_child(python("import sys; print('hello'); sys.exit(7)"), tmp_path, os.environ, log, Cancel(), 30)

    assert (code, log.read_text()) == (7, "hello\n")


def test_a_child_sees_only_the_environment_it_is_given(tmp_path: Path) -> None:
    log = tmp_path / "log"

    run_child(
        python("import os; print(os.environ['A'], 'HOME' in os.environ)"), tmp_path, {"A": "1"}, log, Cancel(), 30
    )

    assert log.read_text() == "1 False\n"


# A parent that starts a child which writes its pid and waits for ever.
PARENT = """
import os, pathlib, sys
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal import children
if sys.argv[2] == "without":
    children._SETPRIV = None
here = pathlib.Path(sys.argv[1])
mark = "import os, pathlib, signal; pathlib.Path('new').write_text(str(os.getpid()))"
mark += "; os.rename('new', 'pid'); signal.pause()"
children.run_child([sys.executable, "-c", mark], here, os.environ, here / "log", Cancel(), 60)
"""


@pytest.mark.parametrize("setpriv", ["with", "without"])
def test_a_child_is_killed_with_its_parent(tmp_path: Path, setpriv: str) -> None:
    with subprocess.Popen([*python(PARENT), str(tmp_path), setpriv], cwd=ROOT) as parent:
        child = int(wait_for(tmp_path / "pid"))
        parent.kill()
    assert until(lambda: gone(child))


@pytest.mark.parametrize("program", ["nowhere-to-be-found", "/nowhere/to/be/found", "./here"])
def test_what_is_not_there_can_not_be_started(tmp_path: Path, program: str) -> None:
    with pytest.raises(FileNotFoundError, match="No such file"):
        run_child([program], tmp_path, os.environ, tmp_path / "log", Cancel(), 30)


def test_what_is_no_program_can_not_be_started(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("text")
    with pytest.raises(PermissionError):
        run_child(["./here"], tmp_path, os.environ, tmp_path / "log", Cancel(), 30)


def test_a_program_is_looked_for_where_its_own_environment_says(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("#!/bin/sh\nexit 5\n")
    (tmp_path / "mine").chmod(0o755)
    assert run_child(["mine"], tmp_path, {"PATH": str(tmp_path)}, tmp_path / "log", Cancel(), 30) == 5


def test_cancelling_ends_the_whole_family(tmp_path: Path) -> None:
    cancel = Cancel()

    def cancel_once_it_runs() -> None:
        wait_for(tmp_path / "pid")
        cancel.cancel("enough")

    watcher = threading.Thread(target=cancel_once_it_runs)
    watcher.start()

    with pytest.raises(Cancelled, match="enough"):
        run_child(python(FAMILY), tmp_path, os.environ, tmp_path / "log", cancel, 30)

    watcher.join()
    assert until(lambda: gone(int((tmp_path / "pid").read_text())))


def test_taking_too_long_ends_the_whole_family(tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run_child(python(FAMILY), tmp_path, os.environ, tmp_path / "log", Cancel(), 1.0)

    assert until(lambda: gone(int((tmp_path / "pid").read_text())))


def test_a_child_that_leaves_someone_behind_is_cleaned_up_after(tmp_path: Path) -> None:
    leaver = FAMILY.replace("grandchild.wait()", "")

    assert run_child(python(leaver), tmp_path, os.environ, tmp_path / "log", Cancel(), 30) == 0

    assert until(lambda: gone(int((tmp_path / "pid").read_text())))
