"""The local AWS (ministack) as a process of its own, for tests that need real answers.

It pins botocore, so it runs on the interpreter of its own environment: SLIPWAY_WORLD_PYTHON.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_READY_SECONDS = 30.0
_STOP_SECONDS = 5.0

_LAUNCH = """
import ctypes, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # end with the process that started us, however that ends
import uvicorn
uvicorn.run(
    "ministack.app:app",
    port=int(sys.argv[1]),
    loop="uvloop",
    http="httptools",
    ws="none",
    lifespan="on",
    timeout_keep_alive=75,
    log_level="warning",
    access_log=False,
)
"""
# Most of a request to it is HTTP, which the server that it brings along does in Python.


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator. Its account is whichever 12-digit access key a client uses."""

    url: str
    pid: int

    def environment(self, account: str = "222222222222", region: str = "eu-west-1") -> dict[str, str]:
        """What makes an AWS SDK talk to it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": region,
            "AWS_REGION": region,
        }

    def empty(self) -> None:
        """Take away whatever was made in it, in all accounts."""
        asked = urllib.request.Request(f"{self.url}/_ministack/reset", method="POST")  # noqa: S310 - our own address
        with urllib.request.urlopen(asked, timeout=_STOP_SECONDS):  # noqa: S310 - our own address
            pass


class EmulatorBroke(Exception):
    """The emulator did not start; says why."""


def world_python() -> Path:
    """The interpreter of the emulator's environment. Raises EmulatorBroke if there is none."""
    python = Path(os.environ.get("SLIPWAY_WORLD_PYTHON", "nowhere"))
    if not python.exists():
        raise EmulatorBroke(
            f"no emulator at {python}: run scripts/test, or set SLIPWAY_WORLD_PYTHON to its interpreter"
        )
    return python


@contextmanager
def running_emulator() -> Iterator[Emulator]:
    """Start one on a free port of 127.0.0.1, wait until it answers, and end it by its pid afterwards."""
    port = _free_port()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [world_python(), "-c", _LAUNCH, str(port)],
            env=_environment(port),
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
        try:
            emulator = Emulator(f"http://127.0.0.1:{port}", process.pid)
            _wait_until_ready(emulator, process, output)
            yield emulator
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "LANG")}
    return {
        **kept,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_REGION": "eu-west-1",
    }


def _wait_until_ready(emulator: Emulator, process: "subprocess.Popen[bytes]", output: IO[bytes]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{emulator.url}/_ministack/ready", timeout=1):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    output.seek(0)
    said = output.read().decode(errors="replace")[-2000:]
    raise EmulatorBroke(f"the emulator did not answer on {emulator.url} (exit {process.poll()}); it said:\n{said}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    with running_emulator() as started:
        sys.stdout.write(f"{started.url} {started.pid}\n")
        sys.stdout.flush()
        signal.pause()
