"""How one pattern moved into another, as far as that can be said: they are the same but for how often parts repeat."""

import re

from pipeline.gates.openapi.change import Shift
from pipeline.gates.openapi.node import Json

_PIECES = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{(?P<least>\d+)(?P<range>,(?P<most>\d*))?\}|.", re.DOTALL)
_LOOKS_AROUND = "(?"
"""With these, what a part takes more of may be what the whole takes less of."""

type Bounds = tuple[int, float]


def moved_pattern(before: Json, after: Json) -> Shift:
    """The shift where all repetitions moved the same way; two patterns of another kind say nothing of each other."""
    if not (isinstance(before, str) and isinstance(after, str)) or _LOOKS_AROUND in before + after:
        return Shift.OTHER
    (frame, old), (other, young) = _taken_apart(before), _taken_apart(after)
    if frame != other:
        return Shift.OTHER
    if all(_within(one, two) for one, two in zip(old, young, strict=True)):
        return Shift.WIDER
    return Shift.NARROWER if all(_within(two, one) for one, two in zip(old, young, strict=True)) else Shift.OTHER


def _taken_apart(pattern: str) -> tuple[tuple[str, ...], list[Bounds]]:
    """The pattern without its counted repetitions, and those."""
    frame, counted = [], []
    for piece in _PIECES.finditer(pattern):
        if piece["least"] is None:
            frame.append(piece[0])
            continue
        frame.append("{}")
        least = int(piece["least"])
        counted.append((least, least if piece["range"] is None else float(piece["most"] or "inf")))
    return tuple(frame), counted


def _within(one: Bounds, other: Bounds) -> bool:
    return other[0] <= one[0] and one[1] <= other[1]
