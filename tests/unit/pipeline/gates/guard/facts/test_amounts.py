"""Numbers and switches of templates, which may be written as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.guard.facts.amounts import is_less, is_on, number
from pipeline.gates.openapi.node import Json


@given(st.integers(-10_000, 10_000))
def test_a_number_is_the_same_as_text(value: int) -> None:
    assert number(value) == number(str(value)) == value
    assert not is_less(value, str(value))
    assert is_less(value, value + 1)


@pytest.mark.parametrize("value", [True, "ten", {"Ref": "Seconds"}, [], {}])
def test_what_is_no_number_is_neither_less_nor_more(value: Json) -> None:
    assert number(value, 3) is None
    assert not is_less(value, 5)
    assert not is_less(5, value)


def test_what_is_not_written_is_the_default() -> None:
    assert number(None, 3) == 3
    assert is_less(None, 5, default=3)
    assert not is_less(5, None)


@pytest.mark.parametrize(("value", "told"), [(True, True), ("true", True), ("True", True), (False, False), ({}, False)])
def test_a_switch_may_be_text(value: Json, told: bool) -> None:
    assert is_on(value) is told


def test_a_switch_that_is_not_written_is_as_its_service_has_it() -> None:
    assert is_on(None, default=True)
    assert not is_on(None)
