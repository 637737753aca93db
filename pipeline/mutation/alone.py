"""One at a time: copies of two would lie at the same places."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotAlone(Exception):
    """Another has the folder: says another what."""


@contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Hold `folder` (it is made) for oneself while this lasts; NotAlone if another `what` of this tree has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise NotAlone(f"another {what} of this tree is under way: wait for it, or end it") from problem
        yield
