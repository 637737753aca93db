"""Runs one command-line tool: found or broke, finished or broke, its output kept as evidence."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.gates.context import Context, GateBroke

TAIL = 2_000
_WAKE_SECONDS = 0.1


class ToolStopped(GateBroke):
    """A tool was told to give way and has ended; what it would have found is not known."""


@dataclass(frozen=True)
class ToolRun:
    """How a tool ended: its exit code and what it wrote (undecodable bytes replaced)."""

    code: int
    out: str
    err: str


def run_tool(
    context: Context,
    name: str,
    argv: Iterable[str],
    *,
    accept: tuple[int, ...] = (0, 1),
    environ: Mapping[str, str] | None = None,
    timeout: float = 600,
    log: str | None = None,
    gives_way: threading.Event | None = None,
) -> ToolRun:
    """Run `name` with `argv` in the root; GateBroke if it is missing, hangs, or ends with a code not in `accept`.

    What it wrote goes to `<log or name>.log` in the gate's output folder. The child stays in our process group, so
    that whoever ends the gate ends it too. With `gives_way` it leaves the processor to whatever runs beside it, and is
    ended (ToolStopped) when the event is set.
    """
    polite = [] if gives_way is None else ["nice", "-n", "10"]
    try:
        child = subprocess.Popen(
            [*polite, find_tool(context, name), *argv],
            cwd=context.root,
            env={**context.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as problem:
        raise GateBroke(f"{name} could not be started: {problem}") from problem
    out, err = _output(child, name, timeout, gives_way or threading.Event())
    run = ToolRun(child.returncode, out.decode(errors="replace"), err.decode(errors="replace"))
    (context.out / f"{log or name}.log").write_text(f"{run.out}\n{run.err}")
    if run.code not in accept:
        raise GateBroke(f"{name} ended with {run.code}, which means that it crashed\n{(run.err or run.out)[-TAIL:]}")
    return run


def _output(child: subprocess.Popen[bytes], name: str, timeout: float, stop: threading.Event) -> tuple[bytes, bytes]:
    """All that the child writes until it ends; killed when its time is over, or when it is to stop."""
    end = time.monotonic() + timeout
    with child:
        try:
            while True:
                try:
                    return child.communicate(timeout=_WAKE_SECONDS)
                except subprocess.TimeoutExpired as problem:
                    if stop.is_set():
                        raise ToolStopped(f"{name} was stopped") from problem
                    if time.monotonic() > end:
                        raise GateBroke(f"{name} did not end within {timeout:.0f} s") from problem
        finally:
            child.kill()


def find_tool(context: Context, name: str) -> str:
    """The path of the tool `name`: beside this Python first (one lock, one environment), then on PATH."""
    beside = Path(sys.executable).parent / name
    if os.access(beside, os.X_OK):
        return str(beside)
    found = shutil.which(name, path=context.environ.get("PATH"))
    if found is None:
        raise GateBroke(f"{name} is not installed: run scripts/setup, which makes the development environment")
    return found
