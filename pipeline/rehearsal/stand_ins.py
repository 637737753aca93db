"""What stands in for others: commands of the product that run beside the world, in place of addresses that aren't ours.

A service that a product calls over HTTP is not AWS, so no world emulates it. The product may bring a stand-in for it: a
command that serves on this machine, writes its own address (`http://127.0.0.1:…`) to the file $SLIPWAY_STAND_IN_OUT and
ends when its standard input does. Functions are told that address wherever their environment holds the other's.
"""

import contextlib
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipeline.record.events import FidelityNoted
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.children import kill_group
from pipeline.rehearsal.errors import Broke, Cancelled
from pipeline.rehearsal.release import Release
from pipeline.rehearsal.runners.base import Emit, last_lines

START_SECONDS = 30.0
LOCAL = "http://127.0.0.1:"
_POLL_SECONDS = 0.02


@contextmanager
def standing_in(
    release: Release, environment: Mapping[str, str], logs: Path, cancel: Cancel, emit: Emit
) -> Iterator[Mapping[str, str]]:
    """Start the stand-ins of `release`; yields their addresses by those they stand in for, and ends them.

    Broke if one does not start: then nothing can be said about the change.
    """
    with ExitStack() as running:
        found: dict[str, str] = {}
        for number, (address, command) in enumerate(release.settings.stand_ins, start=1):
            log = logs / f"stand-in.{number}.log"
            found[address] = running.enter_context(_started(command, release.source, environment, log, cancel))
            emit(FidelityNoted(address, "emulated", f"by a stand-in that the product brings: {command}"))
        yield found


@contextmanager
def _started(command: str, folder: Path, environment: Mapping[str, str], log: Path, cancel: Cancel) -> Iterator[str]:
    """One stand-in, in a process group of its own; yields its address."""
    out = log.with_suffix(".address")
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(
                shlex.split(command),
                cwd=folder,
                env={**environment, "SLIPWAY_STAND_IN_OUT": str(out)},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
    except OSError as problem:
        raise Broke(f"the stand-in {command} can't be started: {problem}") from problem
    try:
        yield _address(process, command, out, log, cancel)
    finally:
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        kill_group(process)
        out.unlink(missing_ok=True)


def _address(process: subprocess.Popen[bytes], command: str, out: Path, log: Path, cancel: Cancel) -> str:
    """What it writes as its address, once it has."""
    end = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(FileNotFoundError):
            address = out.read_text(encoding="utf-8").strip()
            if address.startswith(LOCAL):
                return address
            if address:
                raise Broke(f"the stand-in {command} serves at {address!r}; {LOCAL}… was to be told")
        if cancel.is_set():
            raise Cancelled(cancel.reason)
        if process.poll() is not None or time.monotonic() > end:
            how = "has ended" if process.poll() is not None else f"said no address within {START_SECONDS:.0f} s"
            raise Broke(f"the stand-in {command} {how}; see {log}\n{'\n'.join(last_lines(log))}")
        time.sleep(_POLL_SECONDS)
