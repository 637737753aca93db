"""Asks one gate of a copy, by the same command as everyone."""

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.mutation.answer import Answer, broke, of_verdict, refused
from pipeline.plan.cheapest import SYNTH
from pipeline.record.verdict import Outcome, UnreadableVerdict, from_json
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.children import run_child

BASE = "SLIPWAY_BASE"
TYPES = "SLIPWAY_MYPY_CACHE"
OWN_TYPES = {TYPES: ".slipway/mypy"}
"""Where what is known of a copy's types lies: in the copy itself, since two at once would wait for each other, and look
again at what the one before had changed (`pipeline.gates.tools.mypy_cache`)."""
IDLE = ("chrt", "--idle", "0") if shutil.which("chrt") else ("nice", "-n", "19")
"""Linux gives the first no time that anything else can use (sched(7), SCHED_IDLE)."""
SLIPWAY = "scripts/slipway"
UNREADABLE, BROKE = 2, 3
SYNTH_SECONDS = 600.0
FIX_SECONDS = 300.0
TOLD_LINES = 3


@dataclass(frozen=True)
class Surroundings:
    """What every question is asked with: `environ` is what its process sees, `clock` gives monotonic seconds.

    `under` is a command that runs the question's own.
    """

    environ: Mapping[str, str]
    cancel: Cancel
    clock: Callable[[], float] = time.monotonic
    under: Sequence[str] = ()

    def with_types_of_its_own(self) -> "Surroundings":
        """The same for a copy that lets nobody else know what it has learnt of its types."""
        return replace(self, environ={**self.environ, **OWN_TYPES})

    def with_what_is_left(self) -> "Surroundings":
        """The same on the time that nothing else wants. Whoever has the machine hardly notices: with two cores
        kept busy so, p95 of the gate `load` is some 67 ms and not 53, of the 700 that it allows.
        """
        return replace(self, under=IDLE)

    def compared_with(self, base: Path) -> "Surroundings":
        """The same with another base release."""
        return replace(self, environ={**self.environ, BASE: str(base)})


@dataclass(frozen=True)
class Copy:
    """A copy of the tree in `root`; what its commands print is appended to `log`."""

    root: Path
    log: Path
    around: Surroundings

    def run(self, command: Sequence[str], seconds: float, environ: Mapping[str, str] | None = None) -> int:
        """Run a command of the copy's own to its end; its exit code. subprocess.TimeoutExpired after `seconds`."""
        child = {**self.around.environ, **(environ or {})}
        return run_child(
            [*self.around.under, str(self.root / command[0]), *command[1:]],
            self.root,
            child,
            self.log,
            self.around.cancel,
            seconds,
        )

    def said(self, since: int) -> str:
        """The last lines that were printed behind byte `since` of the log, as one."""
        with self.log.open("rb") as log:
            log.seek(since)
            lines = [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]
        return " ".join(lines[-TOLD_LINES:]) or "it said nothing"

    def written(self) -> int:
        """How long the log is."""
        return self.log.stat().st_size if self.log.exists() else 0


def child_environment(environ: Mapping[str, str], base: Path) -> dict[str, str]:
    """What a gate's process may see: ours, without what speaks of another stage or run, and where the base is."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(("SLIPWAY_", "AWS_", "CDK_", "GITHUB_", "GIT_"))
    }
    home = {name: value for name, value in environ.items() if name == "SLIPWAY_HOME"}
    return {**kept, **home, BASE: str(base)}


def ask_gate(
    copy: Copy, name: str, seconds: float, *, stage: str | None = None, environ: Mapping[str, str] | None = None
) -> Answer:
    """Ask the gate `name` of the copy, as `stage` asks it; a gate that takes longer than `seconds` broke."""
    began, written = copy.around.clock(), copy.written()
    verdict = copy.root / ".slipway/gates" / name / "verdict.json"
    verdict.unlink(missing_ok=True)
    command = [SLIPWAY, "gate", name, *(["--stage", stage] if stage else [])]
    try:
        code = copy.run(command, seconds, environ)
    except subprocess.TimeoutExpired:
        return broke(name, copy.around.clock() - began, f"it did not end within {seconds:.0f} s")
    took = copy.around.clock() - began
    if code == UNREADABLE:  # the tree's own code can't even be loaded
        return refused(name, took, copy.said(written))
    try:
        return of_verdict(from_json(verdict.read_bytes()), took)
    except (OSError, UnreadableVerdict) as problem:
        return broke(name, took, f"it ended with {code} and left no verdict: {problem}: {copy.said(written)}")


def synthesize(copy: Copy) -> Answer:
    """Synthesize the copy into its `cdk.out`; a source that does not synthesize is refused, as Build refuses it."""
    began, written = copy.around.clock(), copy.written()
    try:
        code = copy.run([SLIPWAY, "synth", "--output", str(copy.root / "cdk.out")], SYNTH_SECONDS)
    except subprocess.TimeoutExpired:
        code = BROKE
    took = copy.around.clock() - began
    match code:
        case 0:
            return Answer(SYNTH, Outcome.PASSED, took, "synthesized")
        case _ if code == UNREADABLE:
            return refused(SYNTH, took, copy.said(written))
        case _:
            return broke(SYNTH, took, f"it ended with {code}: {copy.said(written)}")


def fix(copy: Copy) -> None:
    """Format the copy as whoever made the change would have; what can't be formatted is for the gates to refuse."""
    copy.run(["scripts/fix"], FIX_SECONDS)
