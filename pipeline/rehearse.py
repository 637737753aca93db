"""`slipway rehearse`: wires a rehearsal to this machine, its terminal and its signals, and draws the report."""

import getpass
import os
import shlex
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console as RichConsole

from pipeline.record.events import Commit, RunFinished
from pipeline.rehearsal import ownership, settings, workspace
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.commits import Base, Repository
from pipeline.rehearsal.errors import Broke, Unreadable
from pipeline.rehearsal.journey import Asked, Surroundings
from pipeline.rehearsal.rehearsal import rehearse
from pipeline.rehearsal.runners.approval import Approver, FlagApprover, Nobody, TerminalApprover
from pipeline.rehearsal.toolchain import Toolchain
from pipeline.rehearsal.world.emulator.process import Programs
from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from pipeline.report.console import Console, Teller
from pipeline.report.write import write
from pipeline.signals import Signals

USAGE, BROKE = 2, 3
RUNS = Path(".slipway/runs")


@dataclass(frozen=True)
class Request:
    """What the command line asks; `ref` None is the work tree with its uncommitted work."""

    repository: Path
    ref: str | None
    base: str | None
    approve: bool
    speed: float
    seed: int
    stop_at_first_refusal: bool
    keep_work: bool
    strict: bool = False
    fresh: bool = False
    traffic: float | None = None


def run(request: Request, environ: Mapping[str, str]) -> int:
    """Rehearse, print what happens, draw the report; the exit code."""
    rich = _Terminal(soft_wrap=True)
    try:
        toolchain, programs = Toolchain.of(environ), Programs.of(environ)
        asked = _asked(request, environ)
        made = _workspace(request, asked, rich)
    except Unreadable as problem:
        return _say(problem, USAGE)
    except Broke as problem:
        return _say(problem, BROKE)
    cancel = Cancel()
    teller = Teller(os.path.relpath(made.folder), github=environ.get("GITHUB_ACTIONS") == "true")
    with Console(teller, rich) as console, Signals(cancel):
        approver = _approver(request, console, environ)
        world = EmulatorWorld(
            made.world, programs=programs, speed=request.speed, log=made.world_log, strict=request.strict
        )
        around = Surroundings(made, world, toolchain, approver, cancel, time.monotonic)
        try:
            end = rehearse(asked, around, (console,))
        except OSError as problem:  # the tape itself could not be written: no verdict can be kept
            made.clear()
            return _say(f"{made.folder} can't be written: {problem.strerror}; free some space, then run again", BROKE)
    return _after(made, end)


def _workspace(request: Request, asked: Asked, rich: RichConsole) -> workspace.Workspace:
    """The new run's folder, after what killed runs left in theirs has made room for it."""
    runs = asked.repository.root / RUNS
    left = ownership.sweep(runs)
    if left:
        which = left[0] if len(left) == 1 else f"{len(left)} runs"
        rich.print(f"removed the work that {which} left behind when killed", style="dim", highlight=False)
    return workspace.create(runs, datetime.now(UTC), asked.commit.sha, request.keep_work)


def _say(problem: object, code: int) -> int:
    sys.stderr.write(f"slipway: {problem}\n")
    return code


def _asked(request: Request, environ: Mapping[str, str]) -> Asked:
    repository = Repository(request.repository)
    commit = repository.worktree() if request.ref is None else repository.commit(request.ref)
    told = settings.parse(repository.text(commit, settings.FILE))
    base = repository.base(commit, request.base, told.main)
    return Asked(
        repository=repository,
        product=told.product,
        commit=commit,
        base=base,
        seed=request.seed,
        speed=request.speed,
        command=_command(request, commit, base),
        started_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        home=environ.get("HOME", str(Path.home())),
        stop_at_first_refusal=request.stop_at_first_refusal,
        strict=request.strict,
        fresh=request.fresh,
        traffic=request.traffic,
    )


def _command(request: Request, commit: Commit, base: Base) -> str:
    """The command that shows this run again, also when branches have moved on: commits stand by their names."""
    words = ["scripts/rehearse"]
    words += ["--worktree"] if request.ref is None else ["--ref", commit.sha[:12]]
    words += ["--base", base.commit.sha[:12]] if base.commit else []
    words += ["--approve"] if request.approve else []
    words += ["--strict"] if request.strict else []
    words += ["--fresh"] if request.fresh else []
    words += ["--keep-going"] if not request.stop_at_first_refusal else []
    words += ["--speed", f"{request.speed:g}"] if request.speed != 30 else []
    words += ["--traffic", f"{request.traffic:g}"] if request.traffic is not None else []
    return shlex.join([*words, "--seed", str(request.seed)])


def _approver(request: Request, console: Console, environ: Mapping[str, str]) -> Approver:
    if request.approve:
        return FlagApprover(True, "--approve")
    if not sys.stdin.isatty():
        return Nobody()
    who = environ.get("USER") or getpass.getuser()
    return TerminalApprover(sys.stdin, console.ask, who, request.speed)


def _after(made: workspace.Workspace, end: RunFinished) -> int:
    """Draw the report; the exit code, which is the one that the tape tells."""
    try:
        made.keep_world_logs()
        write(made.folder)
    except OSError as problem:
        return _say(f"the report can't be written: {problem}; free some space, then: scripts/slipway report", BROKE)
    finally:
        made.clear()
    return end.exit_code


class _Terminal(RichConsole):
    """A console whose reader may go away (`scripts/rehearse | head`): the run goes on, and is on the tape.

    Rich itself would end the process with 1, which says that the change was refused.
    """

    def on_broken_pipe(self) -> None:
        """Say no more."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
