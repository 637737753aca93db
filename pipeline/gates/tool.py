"""Runs one command-line tool: found or broke, finished or broke, its output kept as evidence."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.gates.context import Context, GateBroke

TAIL = 2_000


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
) -> ToolRun:
    """Run `name` with `argv` in the root; GateBroke if it is missing, hangs, or ends with a code not in `accept`.

    What it wrote goes to `<log or name>.log` in the gate's output folder. The child stays in our process group, so
    that whoever ends the gate ends it too.
    """
    command = [find_tool(context, name), *argv]
    try:
        done = subprocess.run(
            command,
            cwd=context.root,
            env={**context.environ, **(environ or {})},
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise GateBroke(f"{name} did not end within {timeout:.0f} s") from problem
    except OSError as problem:
        raise GateBroke(f"{name} could not be started: {problem}") from problem
    run = ToolRun(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
    (context.out / f"{log or name}.log").write_text(f"{run.out}\n{run.err}")
    if run.code not in accept:
        raise GateBroke(f"{name} ended with {run.code}, which means that it crashed\n{(run.err or run.out)[-TAIL:]}")
    return run


def find_tool(context: Context, name: str) -> str:
    """The path of the tool `name`: beside this Python first (one lock, one environment), then on PATH."""
    beside = Path(sys.executable).parent / name
    if os.access(beside, os.X_OK):
        return str(beside)
    found = shutil.which(name, path=context.environ.get("PATH"))
    if found is None:
        raise GateBroke(f"{name} is not installed: run scripts/setup, which makes the development environment")
    return found
