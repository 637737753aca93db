"""What one event pattern takes and another does not."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.patterns import taken_alone_by

BOTH = {"source": ["a"], "detail": {"state": ["START", "STOP"]}}


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        (BOTH, BOTH, []),
        (BOTH, {"source": ["a"]}, []),
        (BOTH, {"source": ["b", "a"], "detail": {"state": ["STOP", "START", "READY"]}}, []),
        (BOTH, {"source": ["a"], "detail": {"state": ["START"]}}, ["detail.state STOP"]),
        (BOTH, BOTH | {"account": ["1"]}, ["all without account"]),
        ({"source": ["a"]}, BOTH, ["all without detail"]),
        ({"n": [{"numeric": [">", 1]}]}, {"n": [{"numeric": [">", 2]}]}, ['n {"numeric": [">", 1]}']),
        (BOTH, None, []),
        (None, None, []),
    ],
)
def test_values_that_are_gone_and_conditions_that_are_more_are_told(old: Any, new: Any, lost: list[str]) -> None:
    assert list(taken_alone_by(old, new)) == lost
