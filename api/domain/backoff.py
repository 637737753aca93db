"""How long a message waits before it is handled again: ever longer, and never two of them equally long."""

from collections.abc import Callable
from typing import Final

FIRST: Final = 20.0
"""Seconds that a message waits after its first failure at most; the limit doubles with each further one."""
LONGEST: Final = 900.0


def seconds(attempt: int, draw: Callable[[float], float]) -> int:
    """Whole seconds, between half the limit and the limit: even the shortest wait gives the other side time to recover.

    `attempt` is the one that has failed, from 1; `draw` gives a random number between 0 and its argument.
    """
    limit = min(LONGEST, FIRST * 2.0 ** (attempt - 1))
    return round(limit / 2 + draw(limit / 2))
