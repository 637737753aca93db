"""There is a next page where the store says so, whatever is on this one."""

from typing import Any, cast

import pytest

from api.domain.cursor import Scope
from api.domain.model import Page, Position
from api.handlers.http import Answer, Request
from api.handlers.paging import paged
from api.handlers.schemas import PageQuery

SCOPE = Scope("ann", "listOrders", {"status": "CONFIRMED"})
THERE = Position({"SK": "ORD#1"})


class Sealed:
    """Cursors that show what they seal."""

    def seal(self, position: Position, scope: Scope) -> str:
        assert scope == SCOPE
        return position.key["SK"]

    def open(self, text: str, scope: Scope) -> Position:
        assert scope == SCOPE
        return Position({"SK": text})


def answered(page: Page[str], cursor: str | None = None) -> tuple[Answer, list[tuple[int, Position | None]]]:
    """The answer about a page, and how it was asked for."""
    asked: list[tuple[int, Position | None]] = []

    def read(limit: int, after: Position | None) -> Page[str]:
        asked.append((limit, after))
        return page

    request = cast("Request", Asked())
    query = PageQuery.model_validate({"limit": "2", **({"cursor": cursor} if cursor else {})})
    view: Any = str.upper
    return paged(request, query, SCOPE, Sealed(), read, view, "no-store"), asked


class Asked:
    """As much of a request as a link to the next page needs."""

    base, path = "/prod", "/v1/orders"


@pytest.mark.parametrize("items", [(), ("a",), ("a", "b")], ids=["nothing", "less than asked for", "all of it"])
def test_a_page_has_a_next_one_if_there_is_more_even_if_nothing_is_on_it(items: tuple[str, ...]) -> None:
    """A store that filters after it has read may find nothing of the kind, and much behind it."""
    answer, _ = answered(Page(items, THERE))
    assert answer.body == {"items": [item.upper() for item in items], "next_cursor": "ORD#1"}
    assert answer.headers["Link"] == '</prod/v1/orders?status=CONFIRMED&limit=2&cursor=ORD%231>; rel="next"'


@pytest.mark.parametrize("items", [(), ("a", "b")], ids=["nothing", "all of it"])
def test_the_last_page_has_none_even_if_it_is_full(items: tuple[str, ...]) -> None:
    answer, asked = answered(Page(items))
    assert answer.body == {"items": [item.upper() for item in items]}
    assert "Link" not in answer.headers
    assert asked == [(2, None)]
