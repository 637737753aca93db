"""The Runtime API as bytes."""

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.lambda_runtime.runtime_api import (
    Answer,
    ApiRequest,
    InitError,
    MalformedRequestError,
    Next,
    RequestReader,
    Unknown,
    next_event,
    response,
)
from pipeline.rehearsal.world.lambda_runtime.spec import Invocation

EVENT = Invocation(request_id="r1", payload=b'{"a":1}', invoked_arn="arn:f:live", trace_id="Root=1")


def as_bytes(request: ApiRequest) -> bytes:
    head = f"{request.method} {request.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(request.body)}\r\n\r\n"
    return head.encode() + request.body


requests = st.builds(
    ApiRequest, method=st.sampled_from(["GET", "POST"]), path=st.just("/2018-06-01/x"), body=st.binary(max_size=60)
)


@given(st.lists(requests, max_size=4), st.lists(st.integers(1, 50), max_size=30))
def test_requests_are_the_same_however_the_bytes_arrive(sent: list[ApiRequest], sizes: list[int]) -> None:
    data, reader, got = b"".join(map(as_bytes, sent)), RequestReader(), []
    for size in sizes:
        got += reader.feed(data[:size])
        data = data[size:]
    got += reader.feed(data)
    assert got == sent


@given(st.lists(st.integers(1, 40), max_size=20))
def test_a_body_that_is_too_large_is_dropped_and_the_next_request_is_read(sizes: list[int]) -> None:
    large, small = ApiRequest("POST", "/large", b"x" * 101), ApiRequest("GET", "/small")
    data, reader, got = as_bytes(large) + as_bytes(small), RequestReader(max_body=100), []
    for size in sizes:
        got += reader.feed(data[:size])
        data = data[size:]
    got += reader.feed(data)
    assert got == [ApiRequest("POST", "/large", oversized=True), small]


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/2018-06-01/runtime/invocation/next", Next()),
        ("POST", "/2018-06-01/runtime/invocation/r1/response", Answer("r1", failed=False)),
        ("POST", "/2018-06-01/runtime/invocation/r1/error", Answer("r1", failed=True)),
        ("POST", "/2018-06-01/runtime/init/error", InitError()),
        ("POST", "/2018-06-01/runtime/invocation/next", Unknown()),
        ("GET", "/2018-06-01/runtime/restore/next", Unknown()),
        ("GET", "/", Unknown()),
    ],
)
def test_the_resources_of_the_runtime_api(method: str, path: str, route: object) -> None:
    assert ApiRequest(method, path).route == route


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"hello\r\n\r\n", "not a request line"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "chunked"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "not a content length"),
        (b"x" * (2 * 1024 * 1024 + 1), "no end"),
    ],
)
def test_what_is_no_request_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedRequestError, match=reason):
        RequestReader().feed(data)


def test_an_event_has_lambdas_headers() -> None:
    assert next_event(EVENT, deadline_ms=1542409706888) == (
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Type: application/json\r\n"
        b"Lambda-Runtime-Aws-Request-Id: r1\r\nLambda-Runtime-Deadline-Ms: 1542409706888\r\n"
        b'Lambda-Runtime-Invoked-Function-Arn: arn:f:live\r\nLambda-Runtime-Trace-Id: Root=1\r\n\r\n{"a":1}'
    )


def test_a_header_cannot_smuggle_another_one() -> None:
    with pytest.raises(ValueError, match="line break"):
        response(HTTPStatus.OK, {"Lambda-Runtime-Trace-Id": "Root=1\r\nX: y"})
