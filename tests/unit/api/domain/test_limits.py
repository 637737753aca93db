"""Which characters no text may hold, against what Unicode itself says of them."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.limits import CONTROLS, MANY_LINES, ONE_LINE

BIDI_CONTROL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""PropList.txt of the Unicode Character Database; Python's own tables do not have the property."""


def holds_controls(text: str) -> bool:
    return re.search(CONTROLS, text) is not None


def is_control(character: str) -> bool:
    return character != "\n" and (unicodedata.category(character) in ("Cc", "Zl", "Zp") or character in BIDI_CONTROL)


def test_it_is_just_what_unicode_calls_so() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert set(re.findall(CONTROLS, every)) == {*filter(is_control, every)}


@given(st.text(), st.sampled_from(sorted(filter(is_control, map(chr, range(0x3000))))), st.text())
def test_one_is_found_wherever_it_stands(before: str, control: str, after: str) -> None:
    assert holds_controls(before + control + after)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="".join(BIDI_CONTROL))))
def test_anything_else_is_text(text: str) -> None:
    assert not holds_controls(text)


@given(st.text(st.characters(categories=["Cc"])))
def test_what_the_promised_patterns_refuse_of_controls_this_refuses_too(text: str) -> None:
    if re.fullmatch(MANY_LINES, text) is None:
        assert holds_controls(text)
    if text and re.fullmatch(ONE_LINE, text) is None:
        assert holds_controls(text) or "\n" in text


@pytest.mark.parametrize(
    "text", ["שלום", "مرحبا 123", "a\u200db", "👩\u200d🚀", "na\u00efve", "a\u00adb", "two\nlines"]
)
def test_right_to_left_joined_and_accented_text_is_text(text: str) -> None:
    assert not holds_controls(text)
