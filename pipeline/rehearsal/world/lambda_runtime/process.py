"""One child process: started in a group of its own, watched, and ended with everything it started.

Memory is read from /proc and a process ending is waited for with a pidfd: both are Linux. Elsewhere the memory limit
is not enforced and `NOT_EXERCISED` says so.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

NOT_EXERCISED: tuple[str, ...] = (
    ()
    if sys.platform == "linux"
    else (
        "Lambda memory limit: needs Linux's /proc",
        "end of functions when the emulator is killed: needs Linux's PR_SET_PDEATHSIG",
    )
)

_PIPE_SIZE = 64 * 1024
_STATUS_SIZE = 4096
_LOOK_ONLY = os.WEXITED | os.WNOHANG | os.WNOWAIT

_SIGNAL_TEXTS = {
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGILL: "illegal instruction",
    signal.SIGINT: "interrupt",
    signal.SIGKILL: "killed",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
}


class Started(Protocol):
    """As much of `subprocess.Popen` as is needed."""

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    @property
    def returncode(self) -> int | None:
        """How it ended, None until it was waited for."""
        ...

    def wait(self) -> int:
        """Wait for its end; the return code."""
        ...


def started(command: Sequence[str], output: int, *, cwd: Path, variables: Mapping[str, str]) -> Started:
    """A process of its own that writes to the descriptor `output`."""
    return subprocess.Popen(
        command, cwd=cwd, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
    )


class ChildProcess:
    """A running child; its stdout and stderr are one pipe, so that their order is kept, and its stdin is closed.

    `start` makes it, given the descriptor of the pipe, and must make it the leader of a session.
    """

    def __init__(self, start: Callable[[int], Started]) -> None:
        self.output, write_end = os.pipe()
        os.set_blocking(self.output, False)
        try:
            self._popen = start(write_end)
        except BaseException:
            os.close(self.output)
            raise
        finally:
            os.close(write_end)
        self.pid = self._popen.pid
        self._lock = threading.Lock()
        self.exit_fd = os.pidfd_open(self.pid) if sys.platform == "linux" else None
        self._status = os.open(f"/proc/{self.pid}/status", os.O_RDONLY) if sys.platform == "linux" else None

    def exited(self) -> bool:
        """Whether the process has ended; if so, what it started has ended too."""
        with self._lock:
            if self._popen.returncode is None and os.waitid(os.P_PID, self.pid, _LOOK_ONLY) is not None:
                self._end_group()
            return self._popen.returncode is not None

    def read_output(self) -> bytes | None:
        """What has been written by now, at most a pipe full; None when there is nothing, empty when it was closed."""
        try:
            return os.read(self.output, _PIPE_SIZE)
        except BlockingIOError:
            return None

    def kill(self) -> None:
        """End the whole group with SIGKILL, which is what Lambda does to a runtime, and wait for the process."""
        with self._lock:
            if self._popen.returncode is None:
                self._end_group()

    def _end_group(self) -> None:
        # Before the process is waited for: until then nobody else can get its number.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()

    def exit_reason(self) -> str:
        """How it ended in the words of Lambda's messages; empty after exit status 0. Only for an ended process."""
        return describe_exit(self._popen.wait())

    def close(self) -> None:
        """Kill it and give back its descriptors."""
        self.kill()
        os.close(self.output)
        for descriptor in (self.exit_fd, self._status):
            if descriptor is not None:
                os.close(descriptor)

    def peak_memory_kb(self) -> int:
        """The most memory that the process itself has had resident since it began, in KiB; 0 once it has ended."""
        with contextlib.suppress(OSError):
            return _field_kb(os.pread(self._status, _STATUS_SIZE, 0), b"VmHWM:") if self._status is not None else 0
        return 0

    def descendants_memory_kb(self) -> int:
        """What the process's children and theirs have resident now, in KiB."""
        return _descendants_kb(self.pid)


def describe_exit(returncode: int) -> str:
    """A return code of `subprocess` in the words that Lambda uses (Go's names of signals)."""
    if returncode >= 0:
        return f"exit status {returncode}" if returncode else ""
    number = -returncode
    try:
        text = _SIGNAL_TEXTS[signal.Signals(number)]
    except (KeyError, ValueError):
        text = f"signal {number}"
    return f"signal: {text}"


def _descendants_kb(pid: int) -> int:
    return sum(_resident_kb(child) + _descendants_kb(child) for child in _children(pid))


def _resident_kb(pid: int) -> int:
    with contextlib.suppress(OSError):
        return _field_kb(Path(f"/proc/{pid}/status").read_bytes(), b"VmRSS:")
    return 0


def _field_kb(status: bytes, field: bytes) -> int:
    _, found, rest = status.partition(field)
    return int(rest.split(maxsplit=1)[0]) if found else 0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found
