"""Numbers in templates."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.numbers import number


@pytest.mark.parametrize(("value", "read"), [(1, 1), ("2.5", 2.5), (True, None), ("x", None), (None, None), ([], None)])
def test_numbers_may_be_written_as_text(value: Any, read: float | None) -> None:
    assert number(value) == read
