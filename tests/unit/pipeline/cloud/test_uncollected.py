"""No garbage collection for a while, and later none of what was made meanwhile."""

import gc
from collections.abc import Iterator

import pytest

from pipeline.cloud.uncollected import uncollected


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """The collector as it was before, whatever a test has done to it."""
    was_enabled = gc.isenabled()
    yield
    gc.unfreeze()
    if was_enabled:
        gc.enable()


def test_nothing_is_collected_meanwhile_and_afterwards_as_before() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_made_meanwhile_is_not_looked_through_again() -> None:
    with uncollected():
        made: list[list[object]] = [[]]
    assert not any(each is made for each in gc.get_objects())


def test_a_synthesis_that_fails_leaves_collecting_on() -> None:
    with pytest.raises(ValueError, match="no"), uncollected():
        raise ValueError("no")
    assert gc.isenabled()


def test_what_was_off_stays_off() -> None:
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()
