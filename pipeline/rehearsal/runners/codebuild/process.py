"""A shell's process under its warden: the line over which it is asked, and the thread that carries its output away."""

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.runners.codebuild.output import CHUNK, BuildLog

WARDEN = Path(__file__).with_name("warden.py")
GRACE_SECONDS = 2.0
LAST_RESORT_SECONDS = GRACE_SECONDS + 2


class Process:
    """A program that is asked to run files over a socket (its descriptor 3) and answers with their exit status.

    Its output goes to `log`. It runs in a session of its own: a Ctrl-C at the terminal does not reach it.
    """

    def __init__(
        self, program: Sequence[str], name: str, environment: Mapping[str, str], folder: Path, log: BuildLog
    ) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            # The isolated interpreter reads no environment variable, so that the build's own can't reach the warden.
            warden = [sys.executable, "-I", "-S", str(WARDEN), str(GRACE_SECONDS), str(theirs.fileno()), name, *program]
            self._warden = subprocess.Popen(
                warden,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=folder,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self._log = log
        self._problem: Broke | None = None
        self._pump = threading.Thread(target=self._carry, name="build output", daemon=True)
        self._pump.start()

    def ask(self, file: Path) -> socket.socket:
        """Have a file run; the socket can be read once there is an answer, or the program is gone."""
        with contextlib.suppress(OSError):  # a program that is gone is noticed when its answer is read
            self._socket.sendall(f"{file}\n".encode())
        return self._socket

    def answer(self) -> int | None:
        """The exit status that the program answered, None when it ended instead; Broke if its log can't be written."""
        if self._problem:
            raise self._problem
        text = b""
        with contextlib.suppress(ConnectionError):
            while not text.endswith(b"\n"):
                data = self._socket.recv(64)
                if not data:
                    return None
                text += data
        return int(text) if text.endswith(b"\n") else None

    def wait(self) -> int:
        """Ask for nothing more; the program's exit status, once it and all it started have ended."""
        self._socket.close()
        return self._end()

    def stop(self) -> None:
        """End the program and everything it started."""
        if self._warden.stdin:
            self._warden.stdin.close()
        self._end()

    def close(self) -> None:
        """Wait for the last output and give everything back; Broke when the log could not be written."""
        self._pump.join(LAST_RESORT_SECONDS)
        self._socket.close()
        if self._warden.stdin:
            self._warden.stdin.close()
        if self._warden.stdout and not self._pump.is_alive():
            self._warden.stdout.close()
        if self._problem:
            raise self._problem

    def _end(self) -> int:
        """Wait for the warden; one that does not end is killed, and the shell with it."""
        try:
            return self._warden.wait(LAST_RESORT_SECONDS)
        except subprocess.TimeoutExpired:
            self._warden.kill()
            return self._warden.wait()

    def _carry(self) -> None:
        """Carry the output into the log until nobody holds the pipe; what can't be written is still read."""
        if self._warden.stdout is None:
            return
        while data := self._warden.stdout.read1(CHUNK):  # type: ignore[attr-defined]
            if self._problem is None:
                try:
                    self._log.feed(data)
                except Broke as problem:
                    self._problem = problem
