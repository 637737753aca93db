"""The emulator's process, from the owner's side: start it, know that it is ours, end it within five seconds.

The child binds a free port of 127.0.0.1 itself and announces it on a descriptor that only it was given, so no port is
guessed and none raced for. Its standard input is its lifeline: the owner holds the other end, and however the owner
ends, by `stop` or by kill -9, the kernel closes it and the child ends itself and the functions it runs. (A parent-death
signal would follow the *thread* that started the child, which may end long before its process.)
"""

import contextlib
import http.client
import json
import os
import secrets
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.world.emulator.handshake import new_secret, proof, same, token
from pipeline.rehearsal.world.emulator.settings import Settings
from pipeline.rehearsal.world.emulator.trust import authority_of, connection

START_TIMEOUT_S = 30.0
STOP_PATIENCE_S = 3.0
LAST_WORDS = 2_000
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "UV", "PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_", "XDG_")
"""What the child keeps of our environment, by beginning: uv may have to fetch a package through a proxy."""
ROOT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Programs:
    """What the world runs: the interpreters of ministack's environment and of the Lambda runtime's, and uv.

    `cache` is a folder outside any run, for packages that were built for this machine's processor.
    """

    world: Path
    runtime: Path
    uv: Path
    cache: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Programs":
        """From SLIPWAY_WORLD_PYTHON, SLIPWAY_RUNTIME_PYTHON and UV, which scripts/environment.sh sets."""
        home = Path(environ.get("SLIPWAY_HOME", "~/.cache/slipway")).expanduser()
        uv = environ.get("UV") or shutil.which("uv", path=environ.get("PATH")) or "uv"
        return cls(_program(environ, "world"), _program(environ, "runtime"), Path(uv), home / "host-code")


class EmulatorProcess:
    """One emulator. `start`, then use `port` and `token`; `stop` at the end, twice if you like."""

    def __init__(
        self,
        programs: Programs,
        folder: Path,
        *,
        speed: float,
        region: str,
        requirements: Path | None = None,
        log: Path | None = None,
        strict: bool = False,
    ) -> None:
        """`folder` gets what functions write; `speed` compresses waits and periods. `log` is by default in `folder`.

        `requirements` is the lock of what functions bring along, for assets that were built for another processor.
        With `strict` IAM is enforced, and TLS is all that is spoken.
        """
        self._programs = programs
        self._folder = folder.resolve()
        self.log = log.resolve() if log else self._folder / "emulator.log"
        self._speed = speed
        self._region = region
        self._requirements = requirements
        self._strict = strict
        self._secret = new_secret()
        self._child: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def token(self) -> str:
        """What requests to the emulator's own pages carry."""
        return token(self._secret)

    @property
    def authority(self) -> Path | None:
        """The certificate of whom its clients are to trust, written once it serves; None where it serves plain HTTP."""
        return authority_of(self._folder) if self._strict else None

    @property
    def pid(self) -> int:
        """Its process id; Broke when it doesn't run."""
        self.check_alive()
        assert self._child is not None  # noqa: S101  (it is alive)
        return self._child.pid

    def start(self) -> None:
        """Start it and wait until it serves; Broke, with the log's last words, when it doesn't."""
        for folder in (self._folder, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        reading, writing = os.pipe()
        try:
            try:
                self._launch(writing)
            finally:
                os.close(writing)
            self.port = self._announced(reading)
            self._check_identity()
        except BaseException:
            self.stop()
            raise
        finally:
            os.close(reading)

    def check_alive(self) -> None:
        """Raise Broke when the emulator does not run."""
        if self._child is None:
            raise Broke("the local AWS was not started, or was stopped already")
        self.check_not_ended()

    def check_not_ended(self, patience: float = 0.0) -> None:
        """Raise Broke when the emulator was started and has ended by itself, or does so within `patience` seconds."""
        child = self._child
        if child is None:
            return
        try:
            status = child.wait(patience)
        except subprocess.TimeoutExpired:
            return
        raise Broke(f"the local AWS ended by itself (exit status {status}); its log: {self.log}{self._last_words()}")

    def stop(self) -> None:
        """End it and everything it started. Never raises, never takes longer than five seconds."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin is not None:
            with contextlib.suppress(OSError):
                child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(STOP_PATIENCE_S)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(1.0)

    def _launch(self, ready: int) -> None:
        settings = Settings(
            secret=self._secret,
            folder=str(self._folder),
            runtime_python=str(self._programs.runtime),
            uv=str(self._programs.uv),
            cache=str(self._programs.cache),
            requirements=None if self._requirements is None else str(self._requirements.resolve()),
            ready=ready,
            speed=self._speed,
            region=self._region,
            strict=self._strict,
        )
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [str(self._programs.world), "-m", "pipeline.rehearsal.world.emulator.inside.main"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=self._environment(),
                pass_fds=(ready,),
                start_new_session=True,
            )
        assert self._child.stdin is not None  # noqa: S101  (PIPE was asked for)
        with contextlib.suppress(BrokenPipeError):
            self._child.stdin.write(settings.to_line())
            self._child.stdin.flush()

    def _environment(self) -> dict[str, str]:
        """What ministack reads at import; nothing of the owner's environment but its paths and its language."""
        kept = {name: value for name, value in os.environ.items() if name.upper().startswith(KEPT)}
        return kept | {
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "TMPDIR": str(self._folder),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": self._region,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "AUTH": "true" if self._strict else "false",
            "USE_SSL": "1" if self._strict else "0",  # the scheme of the addresses that it makes: we serve, not it
            "S3_DATA_DIR": str(self._folder / "s3"),
            "STATE_DIR": str(self._folder / "state"),
            # What functions sign with (`inside.extension`): ministack verifies links that are signed for S3, always.
            # The key's own name is one that nobody uses, so that ministack asks nobody else for the token.
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_SESSION_TOKEN": "local",
            "DOCKER_HOST": f"unix://{self._folder}/no-docker.sock",
        }

    def _announced(self, reading: int) -> int:
        """The port that the child says it serves on."""
        words = b""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not words.endswith(b"\n"):
            readable, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
            if not readable:
                raise Broke(f"the local AWS did not start within {START_TIMEOUT_S:.0f} s{self._last_words()}")
            part = os.read(reading, 4096)
            if not part:
                raise Broke(f"the local AWS ended while starting{self._last_words()}")
            words += part
        return int(json.loads(words)["port"])

    def _check_identity(self) -> None:
        """Ask for the proof that this server is our child."""
        challenge = secrets.token_hex(16)
        asking = connection(self.port, self.authority, timeout=10)
        try:
            asking.request("GET", f"/_slipway/hello?challenge={challenge}")
            answer = json.loads(asking.getresponse().read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Broke(f"the local AWS does not answer on port {self.port}: {error}{self._last_words()}") from error
        finally:
            asking.close()
        if not same(str(answer.get("proof")), proof(self._secret, challenge)):
            raise Broke(f"port {self.port} of this machine is served by another program, not by the local AWS")

    def _last_words(self) -> str:
        """The end of the log, on lines of its own."""
        try:
            text = self.log.read_bytes()[-LAST_WORDS:].decode(errors="replace").strip()
        except OSError:
            return ""
        return f"\nit last said:\n{text}" if text else ""


def _program(environ: Mapping[str, str], name: str) -> Path:
    variable = f"SLIPWAY_{name.upper()}_PYTHON"
    path = Path(environ.get(variable) or "nowhere")
    if not os.access(path, os.X_OK):
        raise Broke(f"{variable} names no Python ({path}); run this through scripts/slipway, which sets it")
    return path
