"""Scripts of the shop may read every header that an answer is promised with, and no other one."""

import pytest

from api.handlers.browsers import told
from tests.support.openapi import operations, resolved

ALWAYS_READ = {
    "Cache-Control",
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "Expires",
    "Last-Modified",
    "Pragma",
}
"""The Fetch standard's safelist: a script reads these without being let."""
NOT_FOR_SCRIPTS = {"WWW-Authenticate"}
"""It says how to sign in, which the shop knows."""

OF_WHAT_GOES = {"Deprecation", "Sunset"}
"""Of operations that are about to go, whenever there are any (RFC 9745, RFC 8594)."""


def promised() -> set[str]:
    """Every header that some answer of some operation is promised with."""
    answers = [resolved(answer) for operation in operations().values() for answer in operation["responses"].values()]
    return {name for answer in answers for name in answer.get("headers", {})}


def exposed() -> set[str]:
    headers = told("https://shop.example", {"ALLOWED_ORIGINS": "https://shop.example"})
    return set(headers["Access-Control-Expose-Headers"].split(", "))


def test_the_promise_names_the_headers_that_a_shop_steers_by() -> None:
    assert {"ETag", "Location", "Retry-After", "Idempotent-Replayed"} <= promised()


@pytest.mark.parametrize("header", sorted((promised() | OF_WHAT_GOES) - ALWAYS_READ - NOT_FOR_SCRIPTS))
def test_a_script_may_read_a_header_that_is_promised(header: str) -> None:
    assert header in exposed()


def test_and_none_that_is_not() -> None:
    assert exposed() <= promised() | OF_WHAT_GOES
