"""The lines of a file that comes in pieces. Pure; no more of it is held than one line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api.domain import limits


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line feed. `number` counts from 1, `end` is the byte of the file behind it and its line feed.

    `content` is None for one that is longer than a line may be.
    """

    number: int
    content: bytes | None
    end: int

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return self.content is not None and not self.content.strip()


def lines(
    pieces: Iterable[bytes], *, after: int = 0, begin: int = 0, longest: int = limits.MAX_IMPORT_LINE_BYTES
) -> Iterator[Line]:
    """The lines of a file, or of what comes behind its line `after`, which ends at the byte `begin`.

    What stands behind the last line feed is a line, too, unless it is nothing.
    """
    number, end, held, length = after, begin, b"", 0
    for piece in pieces:
        for place, part in enumerate(piece.split(b"\n")):
            if place:  # a line feed stands before this part
                number, end = number + 1, end + length + 1
                yield Line(number, held if length <= longest else None, end)
                held, length = b"", 0
            length += len(part)
            held = held + part if length <= longest else b""
    if length:
        yield Line(number + 1, held if length <= longest else None, end + length)
