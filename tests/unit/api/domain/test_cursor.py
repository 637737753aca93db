"""What a cursor is good for, and how long."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.domain import cursor
from api.domain.cursor import Scope
from api.domain.errors import InvalidCursor
from api.domain.model import Position
from tests.unit.api.domain.examples import NOON

SCOPE = Scope("ann", "listProducts", {"category": "tea", "q": "e"})


def test_a_position_is_kept_for_an_hour() -> None:
    payload = cursor.payload(Position({"PK": "a"}), NOON)
    assert cursor.position(payload, NOON + timedelta(minutes=59, seconds=59)) == Position({"PK": "a"})
    with pytest.raises(InvalidCursor):
        cursor.position(payload, NOON + timedelta(hours=1))


def test_the_order_of_parameters_does_not_matter() -> None:
    assert SCOPE.digest() == replace(SCOPE, parameters={"q": "e", "category": "tea"}).digest()


@pytest.mark.parametrize(
    "other",
    [
        replace(SCOPE, caller="ben"),
        replace(SCOPE, operation="listOrders"),
        replace(SCOPE, parameters={"category": "tea"}),
        replace(SCOPE, parameters={"category": "tea", "q": "f"}),
        replace(SCOPE, parameters={"category": 'tea","q":"e'}),
    ],
)
def test_another_caller_or_query_is_another_scope(other: Scope) -> None:
    assert other.digest() != SCOPE.digest()
