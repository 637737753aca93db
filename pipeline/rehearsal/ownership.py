"""Who owns a run's work folder: whoever holds the lock on the file `lock` beside it, which is as long as they live.

The kernel takes a lock (flock(2)) back however its holder ends, by kill -9 too. So a work folder whose lock nobody
holds was left behind by a run that was killed, and the next run removes it. A folder without such a file is nobody's
to remove: it is just being made, it was kept when its run ended, or its file system knows no locks.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LOCK = "lock"
KEPT = "keep-work"
WORK = "work"


@dataclass(frozen=True)
class Ownership:
    """What holds the lock of the run in `folder`. Take it before `work` is made: what is there unlocked was left."""

    folder: Path
    descriptor: int

    @classmethod
    def take(cls, folder: Path) -> "Ownership | None":
        """Become the owner; None where the file system knows no locks, and then the work folder is never swept."""
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            # Waits: a sweep that looks into the folder just now holds the lock for a moment.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            os.close(descriptor)
            (folder / LOCK).unlink(missing_ok=True)
            return None
        return cls(folder, descriptor)

    def give_up(self) -> None:
        """Own it no more. What could not be removed of a work folder is left to the next sweep, unless it is kept."""
        if (self.folder / KEPT).exists() or not (self.folder / WORK).exists():
            (self.folder / LOCK).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.close(self.descriptor)


def sweep(runs: Path) -> tuple[str, ...]:
    """Remove the work folders that killed runs left in `runs`; their ids. What can't be removed stays for another time.

    Runs that are under way and those that were told to keep their work are left alone.
    """
    return tuple(lock.parent.name for lock in sorted(runs.glob(f"*/{LOCK}")) if _swept(lock))


def _swept(lock: Path) -> bool:
    folder = lock.parent
    if folder.is_symlink() or (folder / KEPT).exists():
        return False
    with _held(lock) as held:
        if not held or not (folder / WORK).exists():
            return False
        shutil.rmtree(folder / WORK, ignore_errors=True)
        if (folder / WORK).exists():
            return False
        lock.unlink(missing_ok=True)
        return True


@contextmanager
def _held(lock: Path) -> Iterator[bool]:
    """Whether the lock is ours meanwhile: not if somebody holds it, or if the file has just gone."""
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held = False
    else:
        held = True
    try:
        yield held
    finally:
        os.close(descriptor)
