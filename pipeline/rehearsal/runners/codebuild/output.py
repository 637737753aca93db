"""A build's output on its way into the log: decoded, masked, bounded, and its last lines kept whatever its size."""

import codecs
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.runners.codebuild.masking import Masker

LIMIT_BYTES = 10 * 1024 * 1024
LAST_LINES = 20
LINE_WIDTH = 400
CHUNK = 65_536


class BuildLog:
    """Appends a build's output to a log file. One thread writes at a time.

    Bytes that are no UTF-8 become U+FFFD. A line is masked as a whole; one that is longer than 64 kB goes out in
    pieces, cut so that no secret lies across a cut unseen. After `limit` bytes nothing more is kept, and the end of the
    log says how much that was, followed by the last lines. Broke when the file can't be written.
    """

    def __init__(self, path: Path, masker: Masker, limit: int = LIMIT_BYTES) -> None:
        self._path = path
        self._file = path.open("ab", buffering=0)
        self._masker = masker
        self._limit = limit
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._pending = ""
        self._written = 0
        self._lost = 0
        self._line = ""
        self._last: deque[str] = deque(maxlen=LAST_LINES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def last_lines(self) -> tuple[str, ...]:
        """The last lines that are not blank, each cut to 400 characters."""
        return tuple(self._last)

    def feed(self, data: bytes, final: bool = False) -> None:
        """Take the next bytes of the output; `final` says that no more will come."""
        self._pending += self._decode(data, final)
        whole, newline, rest = self._pending.rpartition("\n")
        if newline:
            self._emit(whole + newline)
            self._pending = rest
        if final:
            self._emit(self._pending)
            self._pending = ""
        elif len(self._pending) > CHUNK + self._masker.longest:
            self._flush_long_line()

    def say(self, line: str) -> None:
        """Write a line of our own, after ending a line that the build left open."""
        self.feed(b"", final=True)
        newline = "\n" if self._line else ""
        self._emit(f"{newline}{line}\n")

    def close(self) -> None:
        """Write what is left, and say what was not kept."""
        if self._file.closed:
            return
        self.feed(b"", final=True)
        if self._line:
            self._remember("\n")
        if self._lost:
            lines = "".join(f"{line}\n" for line in self._last)
            cut = f"\n… the log was cut at {self._limit:,} bytes: {self._lost:,} more were not kept. It ended:\n{lines}"
            self._write(cut.encode())
        self._file.close()

    def _flush_long_line(self) -> None:
        """Let the beginning of a very long line go; what may still grow into a secret stays."""
        masked = self._masker.mask(self._pending)
        keep = max(self._masker.longest, 1)
        self._pending = masked[-keep:]
        self._emit(masked[:-keep])

    def _emit(self, text: str) -> None:
        """Mask and keep some text."""
        masked = self._masker.mask(text)
        self._remember(masked)
        data = masked.encode("utf-8", errors="replace")
        room = max(0, self._limit - self._written)
        self._write(data[:room])
        self._written += len(data[:room])
        self._lost += len(data) - len(data[:room])

    def _write(self, data: bytes) -> None:
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError as problem:
            raise Broke(f"{self._path} can't be written: {problem.strerror}; free some disk space") from problem

    def _remember(self, text: str) -> None:
        """Keep the last lines."""
        *complete, self._line = (self._line + text).split("\n")
        self._line = self._line[-LINE_WIDTH:] if len(self._line) > CHUNK else self._line
        self._last += [line.rstrip()[:LINE_WIDTH] for line in complete if line.strip()]
