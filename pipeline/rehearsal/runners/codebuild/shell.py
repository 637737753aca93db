"""One real shell that runs a build's commands one after the other, and of which nothing is left when it is closed.

In buildspec version 0.2 all commands of all phases run in one instance of the shell ("Build specification reference
for CodeBuild", Buildspec versions): variables, functions and the folder carry over. A command that ends the shell
(`exit 1`) ends only itself on CodeBuild, and later phases still run. Here the next command then gets a new shell with
the environment and the folder that the last one left.
"""

import os
import select
import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.runners.codebuild.output import BuildLog
from pipeline.rehearsal.runners.codebuild.process import Process

POLL_SECONDS = 0.1
DRIVER = Path(__file__).with_name("driver.sh")
OURS = "__slipway"


class TimedOut(Exception):
    """The build's time was over before the command ended."""


@dataclass(frozen=True)
class ShellProgram:
    """A shell: the program's full path, and the name it is called by (bash called `sh` behaves as sh)."""

    path: str
    name: str


@dataclass(frozen=True)
class State:
    """What a shell leaves to its successor: the exported variables and the folder it stands in."""

    environment: Mapping[str, str]
    folder: Path


@dataclass(frozen=True)
class Limits:
    """When to give up: a point of the monotonic clock that `now` reads, or the cancellation."""

    deadline: float
    cancel: Cancel
    now: Callable[[], float] = time.monotonic

    def check(self) -> None:
        """Raise Cancelled or TimedOut when it is time to."""
        self.cancel.check()
        if self.now() >= self.deadline:
            raise TimedOut


class Shell:
    """A shell that starts with `state`; `control` is a folder for its command files. Use it as a context manager."""

    def __init__(self, program: ShellProgram, control: Path, state: State, log: BuildLog) -> None:
        self._program = program
        self._control = control
        self._log = log
        self._process: Process | None = None
        self._count = 0
        self.state = state

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, command: str, header: str, variables: Mapping[str, str], limits: Limits) -> int:
        """Print `header`, export `variables`, run `command` in the shell and wait; its exit status.

        Cancelled or TimedOut when the limits say so: then the shell and everything it started are gone.
        """
        limits.check()
        process = self._process or self._start()
        answer = process.ask(self._command_file(command, header, variables))
        try:
            while not select.select([answer], [], [], POLL_SECONDS)[0]:
                limits.check()
        except BaseException:
            process.stop()
            self._close(process)
            raise
        status = process.answer()
        if status is None:  # the command ended the shell itself
            status = process.wait()
            self._close(process)
        self._keep_state()
        return status

    def close(self) -> None:
        """End the shell, and whatever it left running."""
        if self._process:
            self._process.wait()
            self._close(self._process)

    def _start(self) -> Process:
        folder = self.state.folder if self.state.folder.is_dir() else Path(self.state.environment["HOME"])
        arguments = [self._program.path, str(DRIVER), str(self._control)]
        self._process = Process(arguments, self._program.name, self.state.environment, folder, self._log)
        return self._process

    def _close(self, process: Process) -> None:
        self._process = None
        process.close()

    def _command_file(self, command: str, header: str, variables: Mapping[str, str]) -> Path:
        self._count += 1
        lines = [f"printf '%s\\n' {shlex.quote(header)}"]
        lines += [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
        path = self._control / f"{self._count:03}.sh"
        path.write_text("\n".join([*lines, command, ""]), encoding="utf-8")
        return path

    def _keep_state(self) -> None:
        """Read what the shell left; a shell that was killed left what its last command did."""
        environment, folder = self._control / "environment", self._control / "folder"
        if environment.exists() and folder.exists():
            variables = (os.fsdecode(entry).partition("=") for entry in environment.read_bytes().split(b"\0") if entry)
            kept = {name: value for name, _, value in variables if not name.startswith(OURS) and name != "_"}
            self.state = State(kept, Path(os.fsdecode(folder.read_bytes().removesuffix(b"\n"))))
