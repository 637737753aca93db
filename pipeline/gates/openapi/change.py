"""One difference between two versions of a contract, and whether it breaks those who rely on the older one."""

from dataclasses import dataclass
from enum import Enum, StrEnum


class Direction(StrEnum):
    """Who writes the data. What clients write may only be asked less of; what we write may only promise more."""

    REQUEST = "request"
    RESPONSE = "response"


class Shift(Enum):
    """How the set of allowed values moved from the older to the newer version."""

    NARROWER = "narrower"
    WIDER = "wider"
    OTHER = "other"


@dataclass(frozen=True, order=True)
class Change:
    """A difference at `pointer` (a JSON pointer: into the newer version, or the older one for what is gone).

    `kind` names its class, such as `response-field-removed`; `what` says it in words.
    """

    pointer: str
    kind: str
    what: str
    breaking: bool


def breaks(direction: Direction, shift: Shift) -> bool:
    """Whether a shift breaks clients: narrower for what they write, wider for what they read, unclear for both."""
    return (
        shift is Shift.OTHER
        or shift
        is {
            Direction.REQUEST: Shift.NARROWER,
            Direction.RESPONSE: Shift.WIDER,
        }[direction]
    )
