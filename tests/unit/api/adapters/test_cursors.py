"""A cursor is of use to one caller, for one query, for an hour, unchanged."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.adapters.cursors import SignedCursors
from api.domain import limits
from api.domain.cursor import Scope
from api.domain.errors import InvalidCursor
from api.domain.model import Position
from tests.unit.api.domain.examples import NOON

SCOPE = Scope("ann", "listOrders", {})
POSITION = Position({"PK": "ORD#1", "SK": "META", "GSI1PK": "OWNER#CUST#ann", "GSI1SK": "ORD#1"})

positions = st.builds(Position, st.dictionaries(st.text(), st.text(), max_size=4))


def cursors(now: datetime = NOON, key: bytes = b"k" * 32) -> SignedCursors:
    return SignedCursors(lambda: key, lambda: now)


@given(positions, st.text(), st.dictionaries(st.text(), st.text(), max_size=2))
def test_a_position_comes_back_in_its_scope(position: Position, caller: str, parameters: dict[str, str]) -> None:
    scope = Scope(caller, "listOrders", parameters)
    assert cursors().open(cursors().seal(position, scope), scope) == position


@given(st.data())
def test_a_changed_cursor_is_refused(data: st.DataObject) -> None:
    sealed = cursors().seal(POSITION, SCOPE)
    raw = bytearray(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidCursor):
        cursors().open(base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode(), SCOPE)


@given(st.text(max_size=300) | st.from_regex(limits.CURSOR, fullmatch=True))
def test_a_made_up_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        cursors().open(text, SCOPE)


@pytest.mark.parametrize(
    "other", [replace(SCOPE, caller="ben"), replace(SCOPE, operation="x"), replace(SCOPE, parameters={"q": "e"})]
)
def test_a_cursor_of_another_caller_or_query_is_refused(other: Scope) -> None:
    with pytest.raises(InvalidCursor):
        cursors().open(cursors().seal(POSITION, SCOPE), other)


def test_a_cursor_that_has_expired_is_refused() -> None:
    sealed = cursors().seal(POSITION, SCOPE)
    assert cursors(NOON + timedelta(minutes=59)).open(sealed, SCOPE) == POSITION
    with pytest.raises(InvalidCursor):
        cursors(NOON + timedelta(hours=1)).open(sealed, SCOPE)


def test_a_cursor_signed_with_another_key_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        cursors(key=b"x" * 32).open(cursors().seal(POSITION, SCOPE), SCOPE)


@given(positions)
def test_a_cursor_has_the_promised_form(position: Position) -> None:
    assert set(cursors().seal(position, SCOPE)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def test_the_longest_position_fits_the_promised_length() -> None:
    name = "n" * 512
    longest = Position(
        {"PK": "PROD#" + "S" * 32, "SK": "META", "GSI1PK": "CAT#" + "c" * 32, "GSI1SK": f"NAME#{name}#{'S' * 32}"}
    )
    assert len(cursors().seal(longest, SCOPE)) <= limits.CURSOR_LENGTH[1]
