"""The folder of a run: `.slipway/runs/<id>/` keeps what people read.

`latest` is a link to the newest run. `work/` inside a run holds what only the run itself needs, and goes at its end;
everything else stays until someone prunes it.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.rehearsal.errors import Unreadable

NEEDED_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Workspace:
    """A run's folder, made new."""

    run_id: str
    folder: Path

    @property
    def work(self) -> Path:
        """What only the run needs: sources, assemblies, artifacts."""
        return self.folder / "work"

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
        """Remove the work folder; what can't be removed is left for the next `git clean`."""
        shutil.rmtree(self.work, ignore_errors=True)


def run_id(now: datetime, sha: str, taken: int) -> str:
    """`20261123-101500-3f9c1a2`, with `-2`, `-3` … when that is taken; sorts by time."""
    name = f"{now:%Y%m%d-%H%M%S}-{sha[:7]}"
    return name if taken == 0 else f"{name}-{taken + 1}"


def create(runs: Path, now: datetime, sha: str) -> Workspace:
    """Make the folder of a new run under `runs` and point `latest` to it; Unreadable when there is no room for it."""
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
        return _made(runs, now, sha)
    except OSError as problem:
        raise Unreadable(
            f"can't be written: {problem.strerror}", "run where you may write", file=str(runs)
        ) from problem


def _made(runs: Path, now: datetime, sha: str) -> Workspace:
    for taken in range(1000):
        name = run_id(now, sha, taken)
        try:
            (runs / name).mkdir()
        except FileExistsError:
            continue
        made = Workspace(name, runs / name)
        made.work.mkdir()
        made.logs.mkdir()
        _point_latest(runs, name)
        return made
    raise Unreadable("a thousand runs began this second", "wait a second", file=str(runs))


def _point_latest(runs: Path, name: str) -> None:
    """Replace the link in one step, so that a reader never finds none."""
    new = runs / f".latest-{os.getpid()}"
    new.unlink(missing_ok=True)
    new.symlink_to(name)
    new.replace(runs / "latest")
