"""Conditional requests (RFC 9110, section 13) on strong entity tags made from an item's version."""

import re
from http import HTTPStatus
from typing import Final

from api.domain.ports import Versions
from api.handlers.http import Request
from api.handlers.problems import Problem

_OURS: Final = re.compile(r'"(0|[1-9][0-9]{0,14})"')
_LISTED: Final = re.compile(r'(W/)?("[^"]*")')


def etag(version: int) -> str:
    """The entity tag of a version: `"3"`."""
    return f'"{version}"'


def is_known_to_caller(request: Request, version: int) -> bool:
    """Whether If-None-Match names this version (compared weakly, as the RFC wants it here), so that 304 will do."""
    given = request.headers.get("if-none-match", "").strip()
    return given == "*" or any(tag == etag(version) for _, tag in _LISTED.findall(given))


def expected(request: Request) -> Versions:
    """The versions that If-Match names (None for `*`). Weak tags never match. Raises a Problem with 428 without one."""
    if not request.headers.get("if-match", "").strip():
        detail = "Say with If-Match which version you change; its ETag came with the last answer."
        raise Problem(HTTPStatus.PRECONDITION_REQUIRED, "precondition-required", detail)
    return expected_if_given(request)


def expected_if_given(request: Request) -> Versions:
    """The same where If-Match may be missing: then None."""
    given = request.headers.get("if-match", "").strip()
    if given in ("", "*"):
        return None
    strong = (tag for weak, tag in _LISTED.findall(given) if not weak)
    return frozenset(int(match[1]) for match in map(_OURS.fullmatch, strong) if match)
