"""What an execution environment still holds of an invocation that is over: memory, files, threads, descriptors.

Lambda keeps an environment for hours and thousands of invocations, so a little of each is a failure some day. What is
measured is the growth from one invocation to the next, once all is warm, to the byte: nothing here goes by how much
memory a machine had to give. Caches with bounds do not count as long as they are known by `forget`.
"""

import gc
import io
import os
import sys
import tempfile
import threading
import tracemalloc
import urllib.parse
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Final

import pytest

WARM, TIMES = 1, 3
MOST_BYTES: Final = 64
"""What an invocation may leave: less than the text of one id, and more than numbers that are a digit longer."""
_NEVER_SECONDS: Final = 1_000.0
_ADDRESSES: Final[Any] = urllib.parse
_NOT_ITS_OWN: Final = tracemalloc.Filter(inclusive=False, filename_pattern=tracemalloc.__file__)
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_PLACES: Final = {"open": 0, "os.mkdir": 0, "os.rename": 1, "os.link": 1, "os.symlink": 1, "sqlite3.connect": 0}
"""Where the path stands in what Python audits (library reference, "Audit events table")."""


@dataclass(frozen=True, slots=True)
class Left:
    """What each invocation leaves more of; `file` is one that is there, `places` where memory was asked for."""

    memory: int
    threads: int
    descriptors: int
    files: int
    file: str = ""
    places: tuple[str, ...] = ()

    @property
    def complaints(self) -> list[str]:
        """What is too much, in words."""
        found = []
        if self.memory > MOST_BYTES:
            found.append(f"memory grows by {self.memory:,} bytes with each invocation: {'; '.join(self.places)}")
        if self.threads > 0:
            found.append(f"{self.threads} more threads run after each invocation")
        if self.descriptors > 0:
            found.append(f"{self.descriptors} more file descriptors are open after each invocation")
        if self.files > 0:
            found.append(f"{self.files} more files are on the disk after each invocation, such as {self.file}")
        return found


def left_by(invoke: Callable[[], object], forget: Callable[[], None] = lambda: None) -> Left:
    """Invoke several times, and see what stays. `forget` lets go of what the test itself keeps.

    Who runs the tests may write to this process meanwhile, so memory grows only if it does so when asked again.
    """
    left = _measured(invoke, forget)
    if left.memory > MOST_BYTES:
        left = replace(left, memory=min(left.memory, _measured(invoke, forget).memory))
    return replace(left, places=_places(invoke, forget)) if left.memory > MOST_BYTES else left


def _measured(invoke: Callable[[], object], forget: Callable[[], None]) -> Left:
    seen = [array("q", bytes(8 * (TIMES + 1))) for _ in range(5)]  # which do not grow by being written

    def look(place: int) -> None:
        others = [path for path in written if _is_there(path) and not Path(path).is_relative_to(folder)]
        written.clear()
        ours = [*map(str, folder.rglob("*"))]  # whoever wrote them
        seen[3][place] = len(ours)
        seen[4][place] = seen[4][max(place - 1, 0)] + len(others)
        example.extend((others or ours)[: 1 - len(example)])
        del others, ours
        _let_go(forget)
        seen[0][place] = tracemalloc.get_traced_memory()[0]
        seen[1][place] = threading.active_count()
        seen[2][place] = sum(1 for _ in Path("/dev/fd").iterdir())

    example: list[str] = []
    with _quiet(), _temporary_folder() as folder, _writing() as written, _traced(1):
        for _ in range(WARM):
            invoke()
        look(0)
        for place in range(1, TIMES + 1):
            invoke()
            look(place)
    memory, threads, descriptors, here, elsewhere = map(_growth, seen)
    return Left(memory, threads, descriptors, here + elsewhere, "".join(example))


def _growth(seen: Sequence[int]) -> int:
    """Of each time more than before: neither what came once, nor what comes and goes."""
    return round(min(median(b - a for a, b in pairwise(seen)), (seen[-1] - seen[0]) / TIMES))


def _is_there(path: str) -> bool:
    return Path(path).is_file() or Path(path).is_dir()


def _let_go(forget: Callable[[], None]) -> None:
    """Let go of what is kept within bounds, and of what nobody has any more."""
    forget()
    _ADDRESSES.clear_cache()  # the last 128
    sys._clear_internal_caches()  # the names of some 4,000 attributes that were looked up
    gc.collect()


def _places(invoke: Callable[[], object], forget: Callable[[], None]) -> tuple[str, ...]:
    """The lines that asked for the most of what stays."""
    with _quiet(), _temporary_folder(), _traced(1):
        snapshots = []
        for _ in range(3):
            for _ in range(TIMES):
                invoke()
            _let_go(forget)
            snapshots.append(
                tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(False, tracemalloc.__file__)])
            )
    found = [each for each in snapshots[2].compare_to(snapshots[1], "lineno") if each.size_diff > 0]
    return tuple(f"{each.size_diff // TIMES:,} at {each.traceback[0]}" for each in found[:3])


class _Nowhere(io.TextIOBase):
    """Takes what functions print and keeps nothing of it."""

    def write(self, text: str) -> int:
        return len(text)


@contextmanager
def _quiet() -> Iterator[None]:
    with redirect_stdout(_Nowhere()):
        yield


@contextmanager
def _traced(frames: int) -> Iterator[None]:
    """Python notes what it asks memory for, and looks for garbage only when it is told to, and only in what is new.

    No other thread is interrupted while it holds something for a moment.
    """
    interval = sys.getswitchinterval()
    gc.freeze()
    gc.disable()
    sys.setswitchinterval(_NEVER_SECONDS)
    tracemalloc.start(frames)
    try:
        yield
    finally:
        tracemalloc.stop()
        sys.setswitchinterval(interval)
        gc.enable()


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A folder of our own in place of the machine's."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="environment-"))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


class _Watch:
    """Hears of every file that is opened for writing, and every folder made; an audit hook stays for good."""

    def __init__(self) -> None:
        self.written: list[str] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, told: tuple[Any, ...]) -> None:
        if self.written is None or event not in _PLACES:
            return
        path = told[_PLACES[event]]
        if isinstance(path, str | bytes | os.PathLike) and (event != "open" or told[2] & _WRITES):
            self.written.append(os.fsdecode(path))


_WATCHES: Final[list[_Watch]] = []


@contextmanager
def _writing() -> Iterator[list[str]]:
    """The paths that are written to meanwhile."""
    if not _WATCHES:
        _WATCHES.append(_Watch())
    (watch,) = _WATCHES
    watch.written = []
    try:
        yield watch.written
    finally:
        watch.written = None
