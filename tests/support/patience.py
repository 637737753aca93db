"""Asking again: what a worker does for a request is done a little after its answer."""

import time
from collections.abc import Callable

FIRST_PAUSE_SECONDS = 0.04
LONGEST_PAUSE_SECONDS = 0.2
GROWTH = 1.5
"""Of one pause to the next: most answers are there soon."""


def until[T](ask: Callable[[], T], there: Callable[[T], bool], patience_seconds: float) -> T:
    """The first answer that is there; the last one that is not, where patience ends before."""
    deadline = time.monotonic() + patience_seconds
    pause = FIRST_PAUSE_SECONDS
    while not there(answer := ask()) and time.monotonic() < deadline:
        time.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE_SECONDS)
    return answer
