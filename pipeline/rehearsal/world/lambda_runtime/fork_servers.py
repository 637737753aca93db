"""Processes of functions, as copies of one that has imported other people's packages: a fork server per code folder.

Those imports are most of what a cold start costs here, and a rehearsal has nearly two hundred of them. Needs Linux;
elsewhere, and where such a server fails or refuses, a function's process is made the plain way. How long a real cold
start takes is not exercised either way.
"""

import contextlib
import ctypes
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

FORK_SERVER = Path(__file__).with_name("fork_server.py")
_PR_SET_CHILD_SUBREAPER = 36
_WITHIN_S = 30.0
READY = b"ready"
FROM = 2
SAME_FOR_ALL = ("LANG", "PATH", "TZ", "AWS_EXECUTION_ENV", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_XRAY_CONTEXT_MISSING")
"""Variables that packages may ask for while a server imports them: each has one value for all functions."""


class Adopted:
    """A process that a fork server has made and left to us: as much of `subprocess.Popen` as is needed."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def wait(self) -> int:
        """Wait for its end; its return code, as `subprocess` has it."""
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode


class ForkServers:
    """The fork servers of all code folders. To be used by one thread, which lives as long as they do."""

    def __init__(self, python: Path) -> None:
        self._python = python
        self._servers: dict[Path, _ForkServer | None] = {}
        self._asked: Counter[Path] = Counter()
        self._works = sys.platform == "linux" and _adopt_orphans()

    def process(self, code: Path, handler: str, variables: Mapping[str, str], output: int) -> Adopted | None:
        """A process for the handler, that writes to the descriptor `output`; None if there can be none.

        A folder that is asked for twice may be asked for often: it gets a server, which is waited for.
        """
        self._asked[code] += 1
        if not self._works or self._asked[code] < FROM:
            return None
        if code not in self._servers:
            self._servers[code] = _ForkServer(self._python, code, variables)
        server = self._servers[code]
        try:
            return server.fork(handler, variables, output) if server else None
        except OSError:
            self._dismiss(code)
            return None

    def close(self) -> None:
        """End the servers; the processes that they have made go on."""
        for code in self._servers:
            self._dismiss(code)

    def _dismiss(self, code: Path) -> None:
        """Do without the server of this folder from now on."""
        server, self._servers[code] = self._servers[code], None
        if server:
            server.close()


class _ForkServer:
    def __init__(self, python: Path, code: Path, variables: Mapping[str, str]) -> None:
        self._code = code
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ours.settimeout(_WITHIN_S)
        self._ready = False
        with theirs:
            self._process = subprocess.Popen(
                [str(python), "-P", "-s", "-B", str(FORK_SERVER), str(os.getpid()), str(code)],
                env={name: variables[name] for name in SAME_FOR_ALL if name in variables},
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def fork(self, handler: str, variables: Mapping[str, str], output: int) -> Adopted | None:
        """A new process; None if it is refused, OSError if there is no answer."""
        if not self._ready:
            self._ready = self._hear() == READY
        job = {"handler": handler, "variables": dict(variables), "cwd": str(self._code)}
        socket.send_fds(self._ours, [json.dumps(job).encode()], [output])
        pid = int(self._hear())
        return Adopted(pid) if pid else None

    def _hear(self) -> bytes:
        heard = self._ours.recv(64)
        if not heard:
            raise ConnectionResetError("the server has ended")
        return heard

    def close(self) -> None:
        self._ours.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()


def _adopt_orphans() -> bool:
    """Make this process the parent of what its descendants leave behind; whether the kernel does."""
    return bool(ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
