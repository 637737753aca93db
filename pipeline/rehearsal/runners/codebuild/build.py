"""A build: the phases of a buildspec, in order, in a real shell, until it is done, fails or its time is over.

Source: "Build specification reference for CodeBuild", phases. A command that fails ends the `commands` of its phase;
`finally` runs then too; a phase has succeeded when all commands of both have.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.rehearsal.runners.codebuild.output import BuildLog
from pipeline.rehearsal.runners.codebuild.shell import Limits, Shell, ShellProgram, State, TimedOut
from pipeline.rehearsal.runners.codebuild.transitions import TYPES, PhaseResult, PhaseType, next_phase
from pipeline.rehearsal.spec import BuildSpec, Phase

ONE_SHELL_SINCE = "0.2"
SUCCEEDING = "CODEBUILD_BUILD_SUCCEEDING"
COMMAND_WIDTH = 200


@dataclass(frozen=True)
class Workshop:
    """What a build works with: the shell, a folder for its command files, and where it starts."""

    program: ShellProgram
    control: Path
    start: State
    log: BuildLog
    limits: Limits


@dataclass(frozen=True)
class Build:
    """How far a build came: its phases in order, the commands it ran, and the environment that it left.

    `wants_upload` says whether CodeBuild would go on to UPLOAD_ARTIFACTS.
    """

    results: tuple[PhaseResult, ...]
    commands: int
    left: State
    wants_upload: bool


@dataclass
class _Progress:
    """A build under way."""

    results: list[PhaseResult] = field(default_factory=list)
    commands: int = 0
    left: State | None = None

    @property
    def succeeding(self) -> bool:
        return all(result.status == "SUCCEEDED" for result in self.results)


def one_line(command: str) -> str:
    """A command as a heading: its first line, cut."""
    lines = command.strip().splitlines() or [""]
    more = " …" if len(lines) > 1 or len(lines[0]) > COMMAND_WIDTH else ""
    return lines[0][:COMMAND_WIDTH] + more


class _Shells:
    """Hands out the shell for the next command: always the same since version 0.2, a new one each time in 0.1."""

    def __init__(self, version: str, workshop: Workshop) -> None:
        self._version = version
        self._shop = workshop
        self._shared: Shell | None = None

    @contextmanager
    def next(self) -> Iterator[Shell]:
        if self._version >= ONE_SHELL_SINCE:
            self._shared = self._shared or self._make()
            yield self._shared
            return
        with self._make() as alone:
            yield alone

    def close(self) -> None:
        if self._shared:
            self._shared.close()

    def _make(self) -> Shell:
        return Shell(self._shop.program, self._shop.control, self._shop.start, self._shop.log)


@dataclass(frozen=True)
class _Failure:
    status: int
    command: str


class _Runner:
    """Runs the phases of one buildspec."""

    def __init__(self, spec: BuildSpec, shop: Workshop, shell: Callable[[], AbstractContextManager[Shell]]) -> None:
        self._spec = spec
        self._shop = shop
        self._shell = shell
        self.progress = _Progress()

    def run(self) -> bool:
        """Run every phase that follows from the one before; whether the artifacts are wanted."""
        wanted: PhaseType | None = "INSTALL"
        for name, kind in TYPES.items():
            if kind != wanted:
                continue
            phase = self._spec.phase(name) or Phase(name)
            result = self._phase(phase)
            if phase.commands or phase.finally_ or result.status != "SUCCEEDED":
                self.progress.results.append(result)
            wanted = None if result.status == "TIMED_OUT" else next_phase(phase, result.status == "SUCCEEDED")
        return wanted == "UPLOAD_ARTIFACTS"

    def _phase(self, phase: Phase) -> PhaseResult:
        began = self._shop.limits.now()
        kind = TYPES[phase.name]
        try:
            failure = self._commands(phase.name, phase.commands, True)
            failure = self._commands(f"{phase.name}, finally", phase.finally_, failure is None) or failure
        except TimedOut:
            return PhaseResult(kind, "TIMED_OUT", self._shop.limits.now() - began, message="the build's time was over")
        seconds = self._shop.limits.now() - began
        if failure:
            return PhaseResult(kind, "FAILED", seconds, failure.status, one_line(failure.command))
        return PhaseResult(kind, "SUCCEEDED", seconds)

    def _commands(self, what: str, commands: tuple[str, ...], succeeding: bool) -> _Failure | None:
        """Run commands until one fails; the failure."""
        for number, command in enumerate(commands, 1):
            header = f"▸ {what} {number}/{len(commands)}: {one_line(command)}"
            flag = {SUCCEEDING: str(int(succeeding and self.progress.succeeding))}
            with self._shell() as shell:
                status = shell.run(command, header, flag, self._shop.limits)
                self.progress.left = shell.state
            self.progress.commands += 1
            if status:
                return _Failure(status, command)
        return None


def run(spec: BuildSpec, shop: Workshop) -> Build:
    """Run the buildspec's phases. Cancelled when the limits say so. In any case nothing is left running."""
    shells = _Shells(spec.version, shop)
    runner = _Runner(spec, shop, shells.next)
    try:
        wants_upload = runner.run()
    finally:
        shells.close()
    done = runner.progress
    return Build(tuple(done.results), done.commands, done.left or shop.start, wants_upload)
