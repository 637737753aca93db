"""Runs one program and leaves nothing of it behind: `python -I -S warden.py GRACE DESCRIPTOR NAME PROGRAM [ARGUMENT…]`.

A program of its own, standard library only. Its standard input is a lifeline: when that closes, because the rehearsal
asked for it or because it was killed, the program and everything it started gets SIGTERM, and SIGKILL after GRACE
seconds. The same happens to whatever the program leaves running when it ends, as a build's container does on CodeBuild.
DESCRIPTOR becomes the program's descriptor 3, and nobody else keeps it. NAME is what the program is called by.

On Linux nothing escapes: orphans are handed to the nearest subreaper, which is the warden, so that even a process that
made a session of its own is found (prctl(2), PR_SET_CHILD_SUBREAPER). Elsewhere the program's process group is ended.

Exits with the program's own status, 128 + N if signal N ended it, and 143 when it was told to stop.
"""

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# ruff: noqa: PTH123, PTH208  pathlib would be half of this program's start
STOPPED = 128 + signal.SIGTERM
LINUX = sys.platform == "linux"
PAUSE_SECONDS = 0.02


class Stop(Exception):
    """The lifeline was cut, or SIGTERM came."""


def _prctl(option: int, value: int) -> None:
    """Set an option of this process (prctl(2)); only Linux has them, elsewhere nothing happens."""
    if LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _start(name: str, program: list[str], descriptor: int) -> int:
    """Fork and execute `program` as the leader of its own process group; 127 is its status when it can't be executed.

    It is killed with the warden, should that be killed itself.
    """
    pid = os.fork()
    if pid:
        os.close(descriptor)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        return pid
    try:
        os.setpgid(0, 0)
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(descriptor, 3)
        os.closerange(4, descriptor + 1)
        os.execv(program[0], [name, *program[1:]])  # noqa: S606  an argument list and a full path, no shell
    except OSError as problem:
        os.write(2, f"{program[0]}: {problem.strerror}\n".encode())
    os._exit(127)


def _wait_for(pid: int) -> int:
    """The exit status of `pid`, reaping every orphan that is handed over meanwhile."""
    while True:
        ended, status = os.wait()
        if ended == pid:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _nobody_left() -> bool:
    """Reap what has ended; whether that was the last child."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return True
    return False


def _parents() -> dict[int, int]:
    """Every process of this machine and its parent, from /proc; empty where there is none."""
    found: dict[int, int] = {}
    for name in os.listdir("/proc") if LINUX else ():
        # The program's name, in brackets, may hold anything: the fields are counted from behind it.
        with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{name}/stat", "rb") as stat:
            found[int(name)] = int(stat.read().rpartition(b")")[2].split()[1])
    return found


def _descendants() -> list[int]:
    """The ids of all processes below this one."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents().items():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _send(group: int, number: int) -> None:
    """Send a signal to the program's group and to everything below the warden."""
    with contextlib.suppress(OSError):
        os.killpg(group, number)
    for pid in _descendants():
        with contextlib.suppress(OSError):
            os.kill(pid, number)


def _end(group: int, grace: float) -> None:
    """End whatever is left: SIGTERM, then SIGKILL every moment once `grace` seconds have passed."""
    deadline = time.monotonic() + grace
    if _nobody_left():
        return
    _send(group, signal.SIGTERM)
    while not _nobody_left():
        if time.monotonic() > deadline:
            _send(group, signal.SIGKILL)
        time.sleep(PAUSE_SECONDS)


def _watch_lifeline() -> None:
    """Wait until nobody holds the other end of standard input any more, then stop."""
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os.kill(os.getpid(), signal.SIGTERM)


def _on_term(_number: int, _frame: object) -> None:
    raise Stop


def main(arguments: list[str]) -> int:
    """Run the program to its end or to the warden's; the status to exit with."""
    grace, descriptor, name, program = float(arguments[0]), int(arguments[1]), arguments[2], arguments[3:]
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    pid = _start(name, program, descriptor)
    try:
        signal.signal(signal.SIGTERM, _on_term)
        threading.Thread(target=_watch_lifeline, daemon=True).start()
        return _wait_for(pid)
    except Stop:
        return STOPPED
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end(pid, grace)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
