"""The few shapes of ASGI that the door uses (the specification of version 3)."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final
from urllib.parse import quote

type Scope = MutableMapping[str, Any]
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type App = Callable[[Scope, Receive, Send], Awaitable[None]]
type Headers = Mapping[str, str | list[str]]
type Answer = tuple[int, Headers, bytes]

_OF_A_PATH: Final = "%/:@!$&'()*+,;="
"""Of RFC 3986's `pchar` what is no letter, digit or one of `-._~`."""


class BodyTooLarge(Exception):
    """The request's body is larger than its reader takes."""


class Disconnected(Exception):
    """The client went away before its request was complete."""


def request_headers(scope: Scope) -> dict[str, str]:
    """Header names in lower case; a repeated one joined as RFC 9110 5.2 and 9113 8.2.3 say."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in headers:
            value = headers[name] + ("; " if name == "cookie" else ", ") + value
        headers[name] = value
    return headers


def sent_path(scope: Scope) -> str:
    """The path as it was sent: in `path` an escaped slash looks like any other. What no URI may hold is escaped."""
    sent: bytes = scope.get("raw_path") or scope["path"].encode()
    return quote(sent, safe=_OF_A_PATH)


async def read_body(receive: Receive, most: int) -> bytes:
    """The whole body, at most `most` bytes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return b"".join(parts)


async def answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send a whole response; a header whose value is a list becomes one line for each."""
    lines = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, values in headers.items()
        if name.lower() not in ("content-length", "transfer-encoding")
        for value in ([values] if isinstance(values, str) else map(str, values))
    ]
    lines.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, status: int, document: object) -> None:
    """Send a JSON document."""
    await answer(send, status, {"content-type": "application/json"}, json.dumps(document).encode())
