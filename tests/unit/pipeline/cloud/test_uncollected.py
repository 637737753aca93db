"""No garbage collection for a while, and again afterwards."""

import gc

import pytest

from pipeline.cloud.uncollected import uncollected


def test_nothing_is_collected_meanwhile_and_afterwards_as_before() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_synthesis_that_fails_leaves_collecting_on() -> None:
    with pytest.raises(ValueError, match="no"), uncollected():
        raise ValueError("no")
    assert gc.isenabled()


def test_what_was_off_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
