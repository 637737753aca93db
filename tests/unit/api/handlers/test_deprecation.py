"""A route that will go says so with every answer, and the promise says it too."""

from datetime import UTC, datetime, timedelta, timezone
from http import HTTPStatus

import pytest

from api.handlers import orders, products, service
from api.handlers.callers import Caller
from api.handlers.deprecation import Deprecation, joined
from api.handlers.function import Function
from api.handlers.http import Answer, Request
from api.handlers.problems import Problem
from api.handlers.routes import Access, Route
from tests.support import events
from tests.support.http_api import Reply, as_reply
from tests.support.openapi import operations

OLD = Deprecation(
    since=datetime(2023, 6, 30, 23, 59, 59, tzinfo=UTC),
    sunset=datetime(2024, 6, 30, 23, 59, 59, tzinfo=UTC),
    instead="https://example.com/problems/old-route",
)


def ask(deprecated: Deprecation | None, error: Problem | None = None) -> Reply:
    """What a route answers that is, or is not, deprecated."""

    def serve(_request: Request, _caller: Caller, _services: None) -> Answer:
        if error is not None:
            raise error
        return Answer(HTTPStatus.OK, {}, {"Link": '</v1/old?cursor=2>; rel="next"'})

    route = Route("getOld", "GET", "/v1/old", Access.PUBLIC, serve, deprecated)
    return as_reply(Function([route], lambda: None)(events.proxy_event("GET", "/v1/old"), events.context()))


def test_every_answer_says_since_when_until_when_and_what_to_use_instead() -> None:
    """The dates are the examples of RFC 9745 (section 2.1) and the form of RFC 8594 (section 3)."""
    headers = ask(OLD).headers
    assert headers["Deprecation"] == "@1688169599"
    assert headers["Sunset"] == "Sun, 30 Jun 2024 23:59:59 GMT"
    assert headers["Link"] == (
        '</v1/old?cursor=2>; rel="next", <https://example.com/problems/old-route>; rel="deprecation"; type="text/html"'
    )


def test_so_does_a_problem() -> None:
    headers = ask(OLD, Problem(HTTPStatus.CONFLICT, "busy", "Busy.")).headers
    assert (headers["Deprecation"], headers["Sunset"]) == ("@1688169599", "Sun, 30 Jun 2024 23:59:59 GMT")


def test_a_route_that_stays_says_nothing() -> None:
    assert {"Deprecation", "Sunset"} & set(ask(None).headers) == set()
    assert joined({"ETag": "1"}, None) == {"ETag": "1"}


def test_dates_are_told_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    sunset = datetime(2024, 7, 1, 1, 59, 59, tzinfo=east)
    assert Deprecation(OLD.since, sunset, OLD.instead).headers()["Sunset"] == "Sun, 30 Jun 2024 23:59:59 GMT"


def test_nothing_is_gone_before_it_is_deprecated() -> None:
    with pytest.raises(ValueError, match="before it is deprecated"):
        Deprecation(since=OLD.sunset, sunset=OLD.since, instead=OLD.instead)


def test_the_promise_calls_those_routes_deprecated_that_say_so_themselves() -> None:
    told = {(each.method, each.path) for each in (*orders.ROUTES, *products.ROUTES, *service.ROUTES) if each.deprecated}
    promised = {route for route, operation in operations().items() if operation.get("deprecated")}
    assert told == promised
