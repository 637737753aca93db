"""The tape: a run's events in `events.jsonl`, one checksummed line each, written as they happen.

A line is `<16 hex digits> <json>`; the digits are the start of the SHA-256 over the line before (its digits) and the
JSON,
so lines can't be changed, dropped or swapped unseen. A torn last line (a power cut) is dropped with a note; a torn line
elsewhere makes the tape unreadable. A tape whose last event is not RunFinished is of a run that was cut off.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from pipeline.record.events import ENTRY, Entry, Event, RunFinished

FILE_NAME = "events.jsonl"
_DIGITS = 16


class UnreadableTape(Exception):
    """The file is not a tape, or was changed after it was written: says at which line."""


def _chain(before: str, body: bytes) -> str:
    return hashlib.sha256(before.encode() + body).hexdigest()[:_DIGITS]


class Tape:
    """Writes events, flushed as they happen and synced to disk before an end is called an end.

    Safe to share among threads.
    """

    def __init__(
        self, path: Path, clock: Callable[[], float], listeners: Iterable[Callable[[Entry], None]] = ()
    ) -> None:
        """Create the tape at `path`, which must not exist; `clock` gives seconds.

        The first reading is the run's zero.
        """
        self.path = path
        self._file: BinaryIO = path.open("xb")
        self._clock = clock
        self._zero = clock()
        self._listeners = tuple(listeners)
        self._lock = threading.Lock()
        self._seq = 0
        self._last = ""

    def elapsed(self) -> float:
        """Seconds since the tape began."""
        return self._clock() - self._zero

    def write(self, event: Event) -> None:
        """Append `event` and tell every listener, in the order of the tape."""
        with self._lock:
            self._seq += 1
            entry = Entry(self._seq, round(self.elapsed(), 3), event)
            body = ENTRY.dump_json(entry)
            self._last = _chain(self._last, body)
            self._file.write(self._last.encode() + b" " + body + b"\n")
            self._file.flush()
            if event.kind.endswith("-finished"):
                os.fsync(self._file.fileno())
            for listen in self._listeners:
                listen(entry)

    def close(self) -> None:
        """Sync and close; safe to call twice."""
        with self._lock:
            if not self._file.closed:
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()


@dataclass(frozen=True)
class Recording:
    """A tape read back: its entries, the chain's last digits (a fingerprint of the whole).

    And whether the end was torn off.
    """

    entries: tuple[Entry, ...]
    fingerprint: str
    torn: bool

    @property
    def complete(self) -> bool:
        """Whether the run reached its end."""
        return bool(self.entries) and isinstance(self.entries[-1].event, RunFinished)


def read(path: Path) -> Recording:
    """Read a tape and check its chain; UnreadableTape says where it breaks, FileNotFoundError if there is none."""
    lines = path.read_bytes().split(b"\n")
    last_line = lines.pop()
    torn = bool(last_line)
    entries: list[Entry] = []
    before = ""
    for number, line in enumerate(lines, start=1):
        digits, _, body = line.partition(b" ")
        before_now = _chain(before, body)
        if digits.decode(errors="replace") != before_now:
            raise UnreadableTape(f"{path}:{number}: checksum does not match; the tape was changed or cut inside")
        try:
            entry = ENTRY.validate_json(body)
        except ValidationError as problem:
            raise UnreadableTape(
                f"{path}:{number}: not an event of this slipway: {problem.errors()[0]['msg']}"
            ) from problem
        if entry.seq != number:
            raise UnreadableTape(f"{path}:{number}: sequence number {entry.seq}, expected {number}")
        entries.append(entry)
        before = before_now
    return Recording(tuple(entries), before, torn)
