"""The real handlers behind a real HTTP server on 127.0.0.1 that plays API Gateway: authorizer and proxy events."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.events import context, proxy_event
from tests.support.http_api import HANDLERS, function_of
from tests.support.openapi import operations
from tests.support.tokens import claims_of

_ONE_AT_A_TIME = threading.Lock()
"""A Lambda environment takes one invocation at a time, and Powertools relies on it."""


class _Gateway(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        event = proxy_event(
            self.command,
            unquote(address.path),
            body=_text(body),
            headers=dict(self.headers.items()),
            query=parse_qs(address.query, keep_blank_values=True),
            stage="",
            **_caller(self.path, self.headers),
        )
        event["requestContext"]["path"] = event["path"]
        if _is_secured(event) and "authorizer" not in event["requestContext"]:
            self._reply(401, {"Content-Type": ["application/problem+json"]}, _UNAUTHORIZED)
            return
        with _ONE_AT_A_TIME:
            sent = HANDLERS[function_of(event["path"])](event, context())
        self._reply(sent["statusCode"], sent["multiValueHeaders"], sent["body"])

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = handle_any  # noqa: N815

    def _reply(self, status: int, headers: Mapping[str, list[str]], body: str) -> None:
        payload = body.encode()
        self.send_response(status)
        for name, values in headers.items():
            for value in values:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve on a free port; yields the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _caller(path: str, headers: "Message[str, str]") -> dict[str, dict[str, str] | None]:
    """What the authorizer of the path says of the caller; a partner sends a key besides."""
    told = claims_of(headers.get("Authorization", ""))
    if not path.startswith("/partner/"):
        return {"claims": told}
    return {"admission": told if headers.get("X-Api-Key") else None}


_UNAUTHORIZED = json.dumps(
    {
        "type": "/problems/unauthorized",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Sign in and send an access token.",
        "instance": "/",
        "correlation_id": "01JDA7C0R00000000000000000",
    }
)


def _is_secured(event: Mapping[str, Any]) -> bool:
    operation = operations().get((event["httpMethod"], event["resource"]))
    return bool(operation and operation["security"])


def _text(body: bytes) -> str | bytes | None:
    """Text as text, other bytes as they are (they become base64)."""
    if not body:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body
