"""How patterns move: what is said of them is so, by every text that shows otherwise."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.openapi.change import Shift
from pipeline.gates.openapi.patterns import moved_pattern

counts = st.one_of(
    st.integers(0, 4).map(lambda least: f"{{{least}}}"),
    st.integers(0, 4).map(lambda least: f"{{{least},}}"),
    st.tuples(st.integers(0, 2), st.integers(2, 5)).map(lambda both: f"{{{both[0]},{both[1]}}}"),
)
frames = st.sampled_from(["^a%s$", "^a%sb%s$", "^(a%s|b)%s$", "a%s", "^[ab]%s$", r"^\{a%s$", "^[{1}]%s$", "^[^a]%s$"])
texts = st.text("ab{1", max_size=7)


@st.composite
def patterns(draw: st.DrawFn) -> tuple[str, str]:
    """Two patterns of one frame."""
    frame = draw(frames)
    one, other = (frame % tuple(draw(counts) for _ in range(frame.count("%s"))) for _ in range(2))
    return one, other


@given(patterns(), texts)
def test_a_pattern_that_is_said_to_be_wider_takes_all_that_the_other_did(both: tuple[str, str], text: str) -> None:
    old, new = both
    shift = moved_pattern(old, new)
    if shift is Shift.WIDER and re.search(old, text):
        assert re.search(new, text)
    if shift is Shift.NARROWER and re.search(new, text):
        assert re.search(old, text)


@pytest.mark.parametrize(
    ("before", "after", "shift"),
    [
        ("^[A-Z]{8,40}$", "^[A-Z]{8,64}$", Shift.WIDER),
        ("^[A-Z]{8,40}$", "^[A-Z]{8}$", Shift.NARROWER),
        ("^[A-Z]{8,40}$", "^[A-Z]{6,}$", Shift.WIDER),
        ("^[A-Z]{8,40}$", "^[A-Z]{6,20}$", Shift.OTHER),
        ("^[A-Z]{2}[0-9]{1,2}$", "^[A-Z]{2}[0-9]{1,4}$", Shift.WIDER),
        ("^[A-Z]{2}[0-9]{1,2}$", "^[A-Z]{1,2}[0-9]{2}$", Shift.OTHER),
        ("^[A-Z]{2}$", "^[a-z]{2}$", Shift.OTHER),
        ("^(?!a{2})a", "^(?!a{1,2})a", Shift.OTHER),
        ("^a$", 3, Shift.OTHER),
    ],
)
def test_what_is_said_of_two_patterns(before: str, after: str, shift: Shift) -> None:
    assert moved_pattern(before, after) is shift
