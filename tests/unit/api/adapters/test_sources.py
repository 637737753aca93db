"""Ids and the present moment."""

import re
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.adapters.sources import NotTold, new_id, now, told, ulid
from api.domain.limits import ORDER_ID

MILLISECONDS = st.integers(0, 2**48 - 1)
RANDOM = st.binary(min_size=10, max_size=10)
ALPHABET = digits + ascii_uppercase.translate(dict.fromkeys(map(ord, "ILOU")))


def value_of(text: str) -> int:
    """The 128 bits that a ULID stands for."""
    bits = 0
    for letter in text:
        bits = bits * 32 + ALPHABET.index(letter)
    return bits


def test_a_known_time_gives_the_known_letters() -> None:
    assert ulid(1_469_918_176_385, bytes(10)) == "01ARYZ6S410000000000000000"  # the example of the ULID specification


@given(MILLISECONDS, RANDOM)
def test_a_ulid_holds_its_time_and_its_randomness(milliseconds: int, random: bytes) -> None:
    text = ulid(milliseconds, random)
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", text)
    assert value_of(text) == milliseconds << 80 | int.from_bytes(random)


@given(MILLISECONDS, MILLISECONDS, RANDOM, RANDOM)
def test_ulids_sort_by_time(one: int, other: int, first: bytes, second: bytes) -> None:
    if one < other:
        assert ulid(one, first) < ulid(other, second)


def test_fresh_ids_differ_and_are_ids_of_orders() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(ORDER_ID, each) for each in ids)


def test_the_present_moment_has_whole_milliseconds_and_a_zone() -> None:
    moment = now()
    assert moment.microsecond % 1000 == 0
    assert moment.utcoffset() is not None


def test_what_the_stack_tells_is_read() -> None:
    assert told("STAGE", {"STAGE": "beta"}) == "beta"


@pytest.mark.parametrize(
    ("variable", "says"),
    [
        ("FIELD_KEY_ARN", "FIELD_KEY_ARN is not set: it is set for a function that declares `fields` in api/needs.py"),
        ("TABLE_NAME", "TABLE_NAME is not set: the stack sets it"),
    ],
)
def test_what_it_does_not_tell_is_named_with_the_need_that_it_is_told_for(variable: str, says: str) -> None:
    with pytest.raises(NotTold) as missing:
        told(variable, {"STAGE": "beta"})
    assert missing.value.args == (says,)
