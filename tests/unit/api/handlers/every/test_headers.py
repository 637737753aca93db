"""Who is calling, and everything else, is read from headers that are promised, and from no other.

Whoever calls writes the headers: one that is read and not promised is a way in (`X-User-Id`, CWE-290).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from api.handlers import http
from api.handlers.caching import POLICIES
from tests.support.openapi import operations, resolved
from tests.unit.api.handlers.every.good import OPERATIONS, good, succeeds
from tests.unit.api.handlers.every.wire import Wire

pytestmark = pytest.mark.emulator

OF_EVERY_REQUEST: Final = frozenset({"content-type", "origin", "traceparent", "x-correlation-id", "x-amzn-trace-id"})
"""What HTTP, browsers and traces bring along."""


class Heard(dict[str, str]):
    """Headers that remember which of them were asked for."""

    def __init__(self, sent: Mapping[str, str], asked: set[str]) -> None:
        super().__init__(sent)
        self._asked = asked

    def __contains__(self, name: object) -> bool:
        self._asked.add(str(name))
        return super().__contains__(name)

    def __getitem__(self, name: str) -> str:
        self._asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._asked.add(name)
        return super().get(name, default)

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("all headers are looked at, whatever they are")

    items = values = keys = __iter__  # type: ignore[assignment]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_header_is_read_that_is_not_promised(wire: Wire, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    assert wire
    request, asked = good(operation), set[str]()
    read = http.headers
    monkeypatch.setattr(http, "headers", lambda event: Heard(read(event), asked))
    assert succeeds(operation, request.send())
    (parameters,) = (each.get("parameters", []) for each in operations().values() if each["operationId"] == operation)
    promised = {each["name"].lower() for each in resolved(parameters) if each["in"] == "header"}
    assert asked
    assert asked - promised - OF_EVERY_REQUEST == set()


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name not in POLICIES])
def test_an_answer_to_whoever_changes_something_or_looks_somebody_up_is_kept_by_nobody(
    wire: Wire, operation: str
) -> None:
    """The answers of all others are held to their policies by tests/unit/api/handlers/test_caching.py."""
    assert wire
    reply = good(operation).send()
    assert succeeds(operation, reply)
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("operation", ["getOrder", "getPayment", "getTimeline", "getPartnerOrder"])
def test_what_has_not_changed_is_kept_no_longer_for_it(wire: Wire, operation: str) -> None:
    assert wire
    request = good(operation)
    first = request.send()
    again = request.send(headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, None)
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
