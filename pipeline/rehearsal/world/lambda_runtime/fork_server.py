"""A fork server of functions: a process that has imported AWS's SDK, and forks for every new environment.

Run as `python -P -s -B fork_server.py PARENT_PID TASK_ROOT` by the runtime environment's interpreter, once for each
folder of code, with a socket as its standard input; imports nothing else of ours. The task root comes before the
runtime's own packages, as in a process of a function's own: so a zip that brings its own SDK, or a package that the SDK
needs, gets that one. Nothing of the function's own code is imported here.

It says `ready` first. Then each message asks for one process: JSON of `handler`, `variables` and `cwd`, with the
descriptor of its output. The answer is its pid. It is forked twice, so that its parent ends and it falls to the
emulator, which waits for it as for any other child.
"""

import ctypes
import json
import os
import signal
import socket
import sys
import time
from typing import Any

_PR_SET_PDEATHSIG = 1
_MOST = 256 * 1024


def _die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the emulator ends, which may have been before the call."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _become(parent: int, job: dict[str, Any], output: int) -> str:
    """Turn this process into a function's; its handler."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["variables"])
    time.tzset()
    while os.getppid() != parent:  # the process between us has not ended yet
        time.sleep(0.0005)
    _die_with_parent(parent)
    return str(job["handler"])


def _fork(parent: int, job: dict[str, Any], output: int) -> int | str:
    """The pid of a new process; in that process, the handler that it is to run."""
    told, tell = os.pipe()
    between = os.fork()
    if between == 0:
        child = os.fork()
        if child == 0:
            return _become(parent, job, output)
        os.write(tell, str(child).encode())
        os._exit(0)
    os.close(tell)
    os.waitpid(between, 0)
    with os.fdopen(told) as answer:
        return int(answer.read())


def _serve(parent: int) -> str:
    """Say `ready`, and fork for whoever asks, until nobody does; returns in new processes only, with their handler."""
    asked = socket.socket(fileno=os.dup(0))
    asked.send(b"ready")
    while True:
        message, descriptors, *_ = socket.recv_fds(asked, _MOST, 1)
        if not message:
            os._exit(0)
        made = _fork(parent, json.loads(message), descriptors[0])
        if isinstance(made, str):
            return made
        os.close(descriptors[0])
        asked.send(str(made).encode())


def main(parent: str, task_root: str) -> None:
    """Serve; in the processes that are made, become the Lambda runtime for one handler."""
    _die_with_parent(int(parent))
    sys.path.insert(0, task_root)
    import boto3  # noqa: F401  most of what a function imports

    sys.path.remove(task_root)
    handler = _serve(int(parent))
    # Not before: its native part looks for the Runtime API when it is loaded. And never the zip's copy.
    import awslambdaric.__main__ as client

    sys.path.insert(0, task_root)
    sys.argv = [client.__file__, handler]
    client.main(sys.argv)


if __name__ == "__main__":
    main(*sys.argv[1:])
