"""Pages: a signed cursor in, a page and a link to the next one out."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from api.domain.cursor import Scope
from api.domain.events import Json
from api.domain.model import Page, Position
from api.domain.ports import Cursors
from api.handlers import queries, views
from api.handlers.http import Answer, Request

if TYPE_CHECKING:
    from api.handlers.schemas import PageQuery


def paged[T](
    request: Request,
    query: "PageQuery",
    scope: Scope,
    cursors: Cursors,
    read: Callable[[int, Position | None], Page[T]],
    view: Callable[[T], Json],
    caching: str,
) -> Answer:
    """Read the page that the query asks for. Raises InvalidCursor."""
    after = None if query.cursor is None else cursors.open(query.cursor, scope)
    page = read(query.limit, after)
    next_cursor = None if page.next is None else cursors.seal(page.next, scope)
    headers = {"Cache-Control": caching}
    if next_cursor is not None:
        link = {**scope.parameters, "limit": str(query.limit), "cursor": next_cursor}
        headers["Link"] = queries.next_link(request, link)
    return Answer(HTTPStatus.OK, views.page([view(item) for item in page.items], next_cursor), headers)
