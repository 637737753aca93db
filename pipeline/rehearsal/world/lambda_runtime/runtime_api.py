"""The Lambda Runtime API (version 2018-06-01) as bytes: requests read, routes named, responses written. No sockets.

Source: "Using the Lambda runtime API for custom runtimes" in the Lambda developer guide. `awslambdaric` speaks it
twice: a native client on one kept-alive connection for events and answers, and Python's `http.client` on a fresh
connection for `init/error`. The latter refuses a path in AWS_LAMBDA_RUNTIME_API, so environments are told apart by
port, not by path.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from pipeline.rehearsal.world.lambda_runtime.spec import Invocation

MAX_ANSWER = 6_291_556
"""Largest answer of a synchronous invocation; Lambda's own error message names this number."""
_MAX_HEAD = 2 * 1024 * 1024
"""`awslambdaric` sends up to 1 MB of X-Ray cause as a header, so a usual 64 kB limit would be too small."""
_PREFIX = "/2018-06-01/runtime"


class MalformedRequestError(Exception):
    """The peer does not speak the Runtime API; its connection is to be closed."""


@dataclass(frozen=True)
class Next:
    """The runtime is ready and waits for an event."""


@dataclass(frozen=True)
class Answer:
    """The handler returned, or raised (`failed`)."""

    request_id: str
    failed: bool


@dataclass(frozen=True)
class InitError:
    """The handler could not be loaded."""


@dataclass(frozen=True)
class Unknown:
    """Anything the Runtime API does not have."""


type Route = Next | Answer | InitError | Unknown


@dataclass(frozen=True)
class ApiRequest:
    """One request; `oversized` means that the body was larger than Lambda takes and was dropped."""

    method: str
    path: str
    body: bytes = b""
    oversized: bool = False

    @property
    def route(self) -> Route:
        """Which of the Runtime API's resources is asked for."""
        match self.method, self.path.removeprefix(_PREFIX).strip("/").split("/"):
            case "GET", ["invocation", "next"]:
                return Next()
            case "POST", ["invocation", request_id, "response"]:
                return Answer(request_id, failed=False)
            case "POST", ["invocation", request_id, "error"]:
                return Answer(request_id, failed=True)
            case "POST", ["init", "error"]:
                return InitError()
        return Unknown()


@dataclass(frozen=True)
class _Head:
    method: str
    path: str
    length: int


class RequestReader:
    """Cuts the bytes of one connection into requests."""

    def __init__(self, max_body: int = MAX_ANSWER) -> None:
        self._max_body = max_body
        self._data = bytearray()
        self._head: _Head | None = None
        self._to_drop = 0

    def feed(self, data: bytes) -> list[ApiRequest]:
        """Take what arrived and return the requests that it completes."""
        self._data += data
        found = []
        while (request := self._take()) is not None:
            found.append(request)
        return found

    def _take(self) -> ApiRequest | None:
        head = self._head or self._take_head()
        if head is None:
            return None
        if head.length > self._max_body:
            return self._drop_body(head)
        if len(self._data) < head.length:
            return None
        body = bytes(self._data[: head.length])
        del self._data[: head.length]
        self._head = None
        return ApiRequest(head.method, head.path, body)

    def _take_head(self) -> _Head | None:
        end = self._data.find(b"\r\n\r\n")
        if end < 0:
            if len(self._data) > _MAX_HEAD:
                raise MalformedRequestError("the request's head has no end")
            return None
        self._head = _parse_head(bytes(self._data[:end]))
        self._to_drop = self._head.length
        del self._data[: end + 4]
        return self._head

    def _drop_body(self, head: _Head) -> ApiRequest | None:
        dropped = min(self._to_drop, len(self._data))
        self._to_drop -= dropped
        del self._data[:dropped]
        if self._to_drop:
            return None
        self._head = None
        return ApiRequest(head.method, head.path, oversized=True)


def _parse_head(head: bytes) -> _Head:
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise MalformedRequestError(f"not a request line: {first[:80]!r}")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if "transfer-encoding" in headers:
        raise MalformedRequestError("chunked bodies (streamed responses) are not supported")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise MalformedRequestError(f"not a content length: {length[:80]!r}")
    return _Head(words[0], words[1], int(length))


def response(status: HTTPStatus, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """One HTTP response, complete; header values must be single lines."""
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError(f"a header value of the Runtime API holds a line break: {lines}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def next_event(invocation: Invocation, *, deadline_ms: int) -> bytes:
    """The answer to `invocation/next`: an event; `deadline_ms` is Unix time."""
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.invoked_arn,
        "Lambda-Runtime-Trace-Id": invocation.trace_id,
    }
    if invocation.client_context is not None:
        headers["Lambda-Runtime-Client-Context"] = invocation.client_context
    if invocation.cognito_identity is not None:
        headers["Lambda-Runtime-Cognito-Identity"] = invocation.cognito_identity
    return response(HTTPStatus.OK, headers, invocation.payload)


ACCEPTED = response(HTTPStatus.ACCEPTED, {"Content-Type": "application/json"}, b'{"status":"OK"}\n')


def refusal(status: HTTPStatus, error_type: str, message: str) -> bytes:
    """An error answer to the runtime; the two strings need no escaping."""
    body = f'{{"errorType":"{error_type}","errorMessage":"{message}"}}'.encode()
    return response(status, {"Content-Type": "application/json"}, body)
