"""A pytest plugin: Python looks for garbage seldom, and never among what was there before the first test.

A fifth of a run would be such looking: modules, their functions and the tests themselves live as long as the process,
and are looked through again whenever tests make something. What tests make is still collected.
"""

import gc

# Python's own 2,000 new objects are one request's worth here, and 20,000 are a few megabytes.
YOUNG, MIDDLE, OLD = 20_000, 10, 10

gc.set_threshold(YOUNG, MIDDLE, OLD)


def pytest_collection_finish() -> None:
    """Take what is there by now out of sight of the collector."""
    gc.freeze()
