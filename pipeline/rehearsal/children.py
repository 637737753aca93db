"""Child processes that can't outlive us: own process group, no standard input, killed whole."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Cancelled

_POLL_SECONDS = 0.05
_GRACE_SECONDS = 3.0
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent's thread ends (Linux; elsewhere nothing happens).

    For `preexec_fn`: the child belongs to the thread that started it, which must wait for it.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the process and all of its group: TERM, then KILL once the leader has gone or three seconds have passed."""
    _signal(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
    _signal(process, signal.SIGKILL)
    process.wait()


def _signal(process: subprocess.Popen[bytes], sign: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, sign)


def run_child(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path, cancel: Cancel, seconds: float
) -> int:
    """Run `command` to its end, its output appended to `log`; the exit code.

    Raises Cancelled when `cancel` is set, subprocess.TimeoutExpired after `seconds`, OSError if it can't be started.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509  it only calls prctl
        )
    end = time.monotonic() + seconds
    try:
        while process.poll() is None:
            if cancel.is_set():
                raise Cancelled(cancel.reason)
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(list(command), seconds)
            try:
                process.wait(_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                continue
    finally:
        kill_group(process)
    return process.returncode
