"""The folder of a run: `.slipway/runs/<id>/` keeps what people read.

`latest` is a link to the newest run. `work/` inside a run holds what only the run itself needs, and goes at its end, or
with the next run if this one is killed (see `ownership`); everything else stays until someone prunes it.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.ownership import KEPT, WORK, Ownership

NEEDED_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Workspace:
    """A run's folder, made new. `owner` holds it for this process; `keep` is whether its work folder stays."""

    run_id: str
    folder: Path
    owner: Ownership | None = None
    keep: bool = False

    @property
    def work(self) -> Path:
        """What only the run needs: sources, assemblies, artifacts."""
        return self.folder / WORK

    @property
    def logs(self) -> Path:
        """One log per action."""
        return self.folder / "logs"

    @property
    def world(self) -> Path:
        """The local AWS's own folder."""
        return self.work / "world"

    @property
    def world_log(self) -> Path:
        """The local AWS's own log, where it stays: failures name it."""
        return self.logs / "world" / "emulator.log"

    def keep_world_logs(self) -> None:
        """Put the logs of the functions that the local AWS ran beside its own."""
        for path in sorted((self.world / "logs").glob("*.log")):
            self.world_log.parent.mkdir(exist_ok=True)
            shutil.move(path, self.world_log.parent / path.name)

    def clear(self) -> None:
        """Remove the work folder, unless it is to stay, and own it no more.

        What can't be removed is left to the next run's sweep.
        """
        if not self.keep:
            shutil.rmtree(self.work, ignore_errors=True)
        if self.owner is not None:
            self.owner.give_up()


def run_id(now: datetime, sha: str, taken: int) -> str:
    """`20261123-101500-3f9c1a2`, with `-2`, `-3` … when that is taken; sorts by time."""
    name = f"{now:%Y%m%d-%H%M%S}-{sha[:7]}"
    return name if taken == 0 else f"{name}-{taken + 1}"


def create(runs: Path, now: datetime, sha: str, keep: bool = False) -> Workspace:
    """Make the folder of a new run under `runs` and point `latest` to it; Unreadable when there is no room for it.

    With `keep` its work folder stays, however the run ends.
    """
    try:
        runs.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(runs).free
    except OSError as problem:
        raise Unreadable(
            f"can't be written: {problem.strerror}", "run where you may write", file=str(runs)
        ) from problem
    if free < NEEDED_BYTES:
        have, need = free // 1024**2, NEEDED_BYTES // 1024**2
        raise Unreadable(f"{have} MB free, a run needs {need} MB", "free some disk space", file=str(runs))
    try:
        return _made(runs, now, sha, keep)
    except OSError as problem:
        raise Unreadable(
            f"can't be written: {problem.strerror}", "run where you may write", file=str(runs)
        ) from problem


def _made(runs: Path, now: datetime, sha: str, keep: bool) -> Workspace:
    for taken in range(1000):
        name = run_id(now, sha, taken)
        try:
            (runs / name).mkdir()
        except FileExistsError:
            continue
        if keep:
            (runs / name / KEPT).touch()
        made = Workspace(name, runs / name, Ownership.take(runs / name), keep)
        made.work.mkdir()
        made.logs.mkdir()
        _point_latest(runs, name)
        return made
    raise Unreadable("a thousand runs began this second", "wait a second", file=str(runs))


def _point_latest(runs: Path, name: str) -> None:
    """Replace the link in one step, so that a reader never finds none."""
    new = runs / f".latest-{name}"
    new.symlink_to(name)
    new.replace(runs / "latest")
