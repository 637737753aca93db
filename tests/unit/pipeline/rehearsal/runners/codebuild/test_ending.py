"""A build ends when it is told to, with everything it started."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Cancelled
from pipeline.rehearsal.runners.codebuild import process
from pipeline.rehearsal.runners.codebuild.masking import Masker
from pipeline.rehearsal.runners.codebuild.output import BuildLog
from pipeline.rehearsal.runners.codebuild.shell import Limits, Shell, ShellProgram, State, TimedOut
from tests.unit.pipeline.rehearsal.runners.codebuild.test_phases import one_phase
from tests.unit.pipeline.rehearsal.runners.codebuild.workbench import Bench

# One child in the shell's own group, one that leaves it; both write their ids and then wait for a long time.
FAMILY = "sleep 600 & echo $! >> pids; setsid sh -c 'echo $$ >> pids; exec sleep 600' & sleep 0.1"


def until(true: Callable[[], bool]) -> bool:
    """Ask again for up to ten seconds."""
    end = time.monotonic() + 10
    while not true():
        if time.monotonic() > end:
            return False
        threading.Event().wait(0.01)
    return True


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def pids(bench: Bench) -> list[int]:
    file = bench.source / "pids"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def cancel_when(bench: Bench, true: Callable[[], bool]) -> threading.Thread:
    def wait() -> None:
        if until(true):
            bench.cancel.cancel("a person stopped it")

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_cancelled_build_leaves_no_process_behind(bench: Bench) -> None:
    thread = cancel_when(bench, lambda: len(pids(bench)) == 2)
    with pytest.raises(Cancelled, match="a person stopped it"):
        bench.run(one_phase(FAMILY, "sleep 600"))
    thread.join()
    assert [gone(pid) for pid in pids(bench)] == [True, True]


def test_what_a_finished_build_left_running_is_ended(bench: Bench) -> None:
    assert bench.run(one_phase(FAMILY)).outcome is Outcome.PASSED
    assert [gone(pid) for pid in pids(bench)] == [True, True]


def test_a_build_that_ignores_the_request_to_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.1)
    start = State({"PATH": os.defpath, "HOME": str(tmp_path)}, tmp_path)
    written = tmp_path / "pid"
    limits = Limits(1, Cancel(), now=lambda: float(written.exists() and bool(written.read_text())))
    with (
        BuildLog(tmp_path / "log", Masker()) as log,
        Shell(ShellProgram("/bin/sh", "sh"), tmp_path, start, log) as shell,
        pytest.raises(TimedOut),
    ):
        shell.run("trap '' TERM; echo $$ > pid; while :; do sleep 0.05; done", "stubborn", {}, limits)
    assert gone(int(written.read_text()))


def test_when_the_rehearsal_is_killed_its_builds_end_too(tmp_path: Path) -> None:
    program = ["/bin/sh", "-c", f"{FAMILY}; wait"]
    ours, theirs = socket.socketpair()
    with ours, theirs:
        warden = subprocess.Popen(
            [sys.executable, "-I", "-S", str(process.WARDEN), "1", str(theirs.fileno()), "sh", *program],
            stdin=subprocess.PIPE,
            cwd=tmp_path,
            pass_fds=(theirs.fileno(),),
        )
    assert warden.stdin
    written = tmp_path / "pids"
    assert until(lambda: written.exists() and len(written.read_text().split()) == 2)
    warden.stdin.close()  # as the kernel does for a process that is killed
    assert warden.wait(timeout=10) == 128 + signal.SIGTERM
    assert [gone(int(pid)) for pid in written.read_text().split()] == [True, True]


def test_a_build_whose_log_can_not_be_written_broke(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to("/dev/full")
    start = State({"PATH": os.defpath, "HOME": str(tmp_path)}, tmp_path)
    shell = Shell(ShellProgram("/bin/sh", "sh"), tmp_path, start, BuildLog(tmp_path / "log", Masker()))
    with pytest.raises(Broke, match="No space left on device"), shell:
        shell.run("echo lost", "to a full disk", {}, Limits(time.monotonic() + 60, Cancel()))


def test_a_build_whose_time_is_over_is_refused_and_says_so(bench: Bench) -> None:
    ticks = iter(range(0, 1_000_000, 45))
    result = bench.run(one_phase("sleep 600"), minutes=1, now=lambda: float(next(ticks)))
    assert (result.outcome, result.reason) == (
        Outcome.REFUSED,
        "timed out: BUILD was still running after 1 minutes",
    )
