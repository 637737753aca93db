"""What a rehearsal stands on, and what its loss explains.

When the local AWS ends by itself, whatever talks to it fails next, each in words of its own: a refused connection, a
gate that could not ask, a seed that ended with 1. None of these is the cause, and none of them speaks of the change. So
whoever tells of a failure looks first whether the ground is still there, and if it is not, tells that instead.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.rehearsal.errors import Cancelled, Unreadable

type Ground = Callable[[], None]
"""Raises Broke, saying why, once what everything stands on is gone by itself; otherwise does nothing."""


def solid() -> None:
    """A ground that never gives way."""


@contextmanager
def standing_on(ground: Ground) -> Iterator[None]:
    """Let the loss of the ground explain what fails inside: Broke then says that, in place of what was raised.

    What can't be read and what was stopped have their own reasons and keep them.
    """
    try:
        yield
    except (Cancelled, Unreadable):
        raise
    except Exception:
        ground()
        raise
