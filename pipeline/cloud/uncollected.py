"""A synthesis without garbage collection: what it imports and makes is there until its process ends.

jsii forgets no object, since Node may still hold it. Collecting looks through all of them again and again all the same:
that was a fifth of the time of the imports, and an eighth of a second each time that Python collects as it ends.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect nothing meanwhile, and leave what is there at the end out of all later collections."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
