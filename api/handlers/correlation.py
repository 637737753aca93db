"""The ids that run through a chain of calls: the caller's correlation id, or a new one, and the trace."""

import re
from collections.abc import Mapping
from typing import Final

from api.domain.events import Cause
from api.domain.ports import NewId
from api.handlers.http import Request

HEADER: Final = "X-Correlation-Id"

_ULID: Final = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"
_UUID: Final = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ID: Final = re.compile(f"{_ULID}|{_UUID}")
_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def correlation_id(headers: Mapping[str, str], new_id: NewId) -> str:
    """The caller's id if it is a ULID or a UUID, so that nothing else gets into logs; otherwise a new ULID."""
    given = headers.get(HEADER.lower(), "")
    return given if _ID.fullmatch(given) else new_id()


def traceparent(headers: Mapping[str, str]) -> str | None:
    """The caller's W3C trace context if it is well-formed."""
    given = headers.get("traceparent", "")
    return given if _TRACEPARENT.fullmatch(given) else None


def cause(request: Request) -> Cause:
    """Why events follow from a request."""
    return Cause(request.correlation_id, request.id, traceparent(request.headers))
