"""Child processes that can't outlive us: own process group, no standard input, killed whole."""

import contextlib
import ctypes
import errno
import os
import shutil
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
_SETPRIV = shutil.which("setpriv", path=os.defpath)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent's thread ends (Linux; elsewhere nothing happens).

    For `preexec_fn`: the child belongs to the thread that started it, which must wait for it.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _tied(command: Sequence[str]) -> Sequence[str]:
    """The command, killed by the kernel when the thread that started it ends.

    By util-linux's setpriv where it is: for a `preexec_fn` Python copies its own memory map first, which takes a large
    process 50 ms, and 3 otherwise.
    """
    return [_SETPRIV, "--pdeathsig", "KILL", "--", *command] if _SETPRIV else command


def _must_be_there(program: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Raise what starting it by itself would raise: setpriv says it to the log alone, and ends with 127."""
    path = str(folder / program) if os.sep in program else program
    if shutil.which(path, path=environment.get("PATH", os.defpath)) is None:
        code = errno.EACCES if Path(path).exists() else errno.ENOENT
        raise OSError(code, os.strerror(code), program)


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
    _must_be_there(command[0], folder, environment)
    with log.open("ab") as output:
        process = subprocess.Popen(
            _tied(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=None if _SETPRIV else die_with_parent,  # noqa: PLW1509  it only calls prctl
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
