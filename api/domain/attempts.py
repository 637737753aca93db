"""Asking again, within a deadline: full jitter between attempts, and none that could not be answered in time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST: Final = 2
LONGEST_PAUSE: Final = 0.5
"""Seconds between two attempts at most: the pause is drawn between nothing and this (full jitter)."""
SHORTEST_ATTEMPT: Final = 0.25
"""Seconds: an attempt that has less is not made."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """How time passes: `clock` gives monotonic seconds, `draw` a random number between 0 and its argument."""

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    draw: Callable[[float], float]


def within[T](seconds: float, pacing: Pacing, attempt: Callable[[float], T], final: Callable[[T], bool]) -> T | None:
    """The first final result of `attempt`, or its last one; None if there was not even time for one.

    `attempt` is told how many seconds it may take: an equal share of what is left, so that a slow first one leaves the
    next its time.
    """
    end = pacing.clock() + seconds
    result: T | None = None
    for made in range(MOST):
        if made:
            pacing.sleep(pacing.draw(min(LONGEST_PAUSE, max(0.0, end - pacing.clock() - SHORTEST_ATTEMPT))))
        share = (end - pacing.clock()) / (MOST - made)
        if share < SHORTEST_ATTEMPT:
            return result
        result = attempt(share)
        if final(result):
            return result
    return result
