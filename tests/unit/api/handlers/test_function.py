"""What every function does around its routes: ids, problems, counters, and logs that give nothing away."""

import json
import time
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from api.adapters import metrics
from api.handlers import function as module
from api.handlers import http, orders, service
from api.handlers.callers import Caller
from api.handlers.function import Function
from api.handlers.http import Answer, Request
from api.handlers.routes import Access, Route
from tests.support import events
from tests.support.http_api import Reply, as_reply, check_promised
from tests.support.logged import Logged
from tests.support.openapi import operations
from tests.support.tokens import ANN, MARKER

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

SECRET = f"{MARKER} ann@example.com"
A_ULID = "01JDA7C0R0ABCDEFGHJKMNPQRS"  # named, not made: test workers must collect the same tests


def function_that_raises(error: Exception) -> Function[None]:
    def serve(_request: Request, _caller: Caller, _services: None) -> Answer:
        raise error

    return Function([Route("getOrder", "GET", "/v1/orders/{id}", Access.CUSTOMER, serve)], lambda: None)


def get(function: Any, headers: dict[str, str] | None = None, path: str = "/v1/orders/1") -> Reply:
    event = events.proxy_event("GET", path, headers=headers, claims=ANN.claims())
    return as_reply(function(event, events.context()))


@pytest.mark.parametrize("given", [A_ULID, "8f7f4d0e-6a55-4d0e-9f4e-0b8b5f0d2f11"])
def test_a_callers_correlation_id_comes_back_in_header_and_problem(given: str) -> None:
    reply = get(orders.handler, {"x-correlation-id": given})
    assert reply.headers["X-Correlation-Id"] == reply.body["correlation_id"] == given


@pytest.mark.parametrize("given", ["", "1", "ann@example.com", A_ULID + "x", "\n" + A_ULID, "a" * 5000])
def test_any_other_is_replaced(given: str) -> None:
    reply = get(orders.handler, {"X-Correlation-Id": given})
    assert reply.headers["X-Correlation-Id"] == reply.body["correlation_id"] != given
    assert len(reply.body["correlation_id"]) == 26


def test_an_error_that_nobody_foresaw_is_a_500_that_says_nothing(logged: Logged) -> None:
    reply = get(function_that_raises(RuntimeError(SECRET)))
    assert (reply.status, reply.problem) == (500, "internal-error")
    check_promised(operations()["GET", "/v1/orders/{id}"], reply)
    assert "RuntimeError" not in json.dumps(reply.body)
    failed = next(json.loads(line) for line in logged.getvalue().splitlines() if '"failed"' in line)
    assert (failed["level"], failed["error"]) == ("ERROR", "RuntimeError")
    assert failed["correlation_id"] == reply.body["correlation_id"]
    assert any("test_function.py" in frame for frame in failed["frames"])
    assert MARKER not in logged.getvalue()


def test_what_passes_by_itself_is_a_503_that_asks_to_come_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE", "beta")
    reply = get(function_that_raises(ReadTimeoutError(endpoint_url="http://127.0.0.1")))
    assert (reply.status, reply.problem, reply.headers["Retry-After"]) == (503, "unavailable", "1")
    assert '"Stage":"beta","DataUnavailable":1' in capsys.readouterr().out
    check_promised(operations()["GET", "/v1/orders/{id}"], reply)


@pytest.mark.parametrize("event", [{}, {"httpMethod": None}, {"path": 7, "httpMethod": "GET"}, {"headers": 7}])
def test_an_event_of_no_known_shape_is_answered_too(event: Any, capsys: pytest.CaptureFixture[str]) -> None:
    reply = as_reply(service.handler(event, events.context()))
    assert (reply.status, reply.problem) == (500, "internal-error")
    assert reply.headers["X-Correlation-Id"] == reply.body["correlation_id"]
    assert counted(capsys)["ServerErrors"] == 1


def counted(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What was counted of the one request, whatever else was."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    (line,) = [line for line in lines if "Requests" in line]
    return dict(line)


@pytest.mark.parametrize(("error", "errors"), [(RuntimeError(), 1), (ReadTimeoutError(endpoint_url="x"), 1), (None, 0)])
def test_every_request_is_counted_once(
    error: Exception | None, errors: int, capsys: pytest.CaptureFixture[str]
) -> None:
    get(orders.handler if error is None else function_that_raises(error))
    line = counted(capsys)
    assert (line["Requests"], line["ServerErrors"]) == (1, errors)
    assert (line["FunctionName"], line["Alias"], line["ExecutedVersion"]) == ("orders-function", "live", "7")
    assert line["Latency"] > 0


def test_only_the_first_request_of_an_environment_is_cold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "SLOW_MILLISECONDS", -1)
    function = function_that_raises(RuntimeError())
    told = []
    for _ in range(3):
        get(function)
        told.append(counted(capsys)["SlowRequests"])
    assert told == [0, 1, 1]


@pytest.fixture
def one_and_a_half_seconds(monkeypatch: pytest.MonkeyPatch) -> Function[None]:
    """A function that takes so long, and has been asked before: the first is cold, and never slow."""
    function = function_that_raises(RuntimeError())
    get(function)
    clock = iter((100.0, 101.5))
    monkeypatch.setattr(module, "time", SimpleNamespace(**{**vars(time), "perf_counter": lambda: next(clock)}))
    return function


def test_how_long_it_took_is_counted_in_milliseconds_and_more_than_a_second_is_slow(
    one_and_a_half_seconds: Function[None], capsys: pytest.CaptureFixture[str]
) -> None:
    get(one_and_a_half_seconds)
    line = counted(capsys)
    assert (line["Latency"], line["SlowRequests"]) == (1500.0, 1)


def test_and_so_it_is_logged(one_and_a_half_seconds: Function[None], logged: Logged) -> None:
    get(one_and_a_half_seconds)
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert [line["milliseconds"] for line in lines if "milliseconds" in line][-1] == 1500.0


def test_a_request_leaves_one_line_that_names_no_one(logged: Logged) -> None:
    headers = {"Authorization": f"Bearer {ANN.token()}", "X-Email": "ann@example.com", "Cookie": "session=1"}
    event = events.proxy_event(
        "POST",
        "/v1/orders",
        body=events.json_body({"email": "ann@example.com", "lines": SECRET}),
        headers={**headers, "Content-Type": "application/json", "Idempotency-Key": "12345678"},
        query={"token": ANN.token()},
        claims=ANN.claims(),
    )
    reply = as_reply(orders.handler(event, events.context()))
    assert reply.status == 400
    (line,) = [json.loads(line) for line in logged.getvalue().splitlines() if line.startswith('{"level"')]
    assert {name: line[name] for name in ("message", "status", "operation", "problem", "correlation_id")} == {
        "message": "answered",
        "status": 400,
        "operation": "placeOrder",
        "problem": "bad-request",
        "correlation_id": reply.headers["X-Correlation-Id"],
    }
    for secret in (MARKER, "ann@example.com", ANN.subject, "session=1", "12345678"):
        assert secret not in logged.getvalue()


ORIGINS = "https://shop.example https://office.example"


@pytest.mark.parametrize("origin", ORIGINS.split())
def test_a_browser_of_a_listed_origin_may_read_the_answer(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", ORIGINS)
    headers = get(orders.handler, {"Origin": origin}).headers
    assert (headers["Access-Control-Allow-Origin"], headers["Vary"]) == (origin, "Origin")
    assert "ETag" in headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "https://shop.example.evil.example", "null", ""])
def test_a_browser_of_any_other_may_not(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", ORIGINS)
    headers = get(orders.handler, {"Origin": origin}).headers
    assert ("Access-Control-Allow-Origin" in headers, headers["Vary"]) == (False, "Origin")


def test_without_listed_origins_no_browser_may_and_the_answer_depends_on_none() -> None:
    headers = get(orders.handler, {"Origin": "https://shop.example"}).headers
    assert {"Access-Control-Allow-Origin", "Vary", "Strict-Transport-Security"} & set(headers) == set()


def test_a_stage_with_a_domain_of_its_own_asks_for_tls_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRICT_TRANSPORT_SECURITY", "max-age=31536000")
    assert get(orders.handler).headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("whole", "path", "base"),
    [
        ("/beta/v1/orders", "/v1/orders", "/beta"),
        ("/v1/orders", "/v1/orders", ""),
        ("/shop/api/v1/orders", "/v1/orders", "/shop/api"),
        ("/elsewhere", "/v1/orders", ""),
        ("//evil.example/v1/orders", "/v1/orders", ""),
        ("/a\r\nX: y/v1/orders", "/v1/orders", ""),
        (None, "/v1/orders", ""),
    ],
)
def test_what_stands_before_the_path_comes_from_the_gateway(whole: str | None, path: str, base: str) -> None:
    event = events.proxy_event("GET", path)
    event["requestContext"]["path"] = whole
    assert http.request(event, http.headers(event), "", events.context()).base == base


def test_a_route_s_span_says_service_stage_and_route_and_nothing_of_the_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spans: list[tuple[str, dict[str, str]]] = []

    class Recorder:
        def span(self, name: str, **annotations: str) -> AbstractContextManager[object]:
            spans.append((name, annotations))
            return nullcontext()

    monkeypatch.setenv("STAGE", "prod")
    traced = function_that_raises(RuntimeError(SECRET))
    monkeypatch.setattr(traced, "_tracing", Recorder())
    get(traced, path="/v1/orders/1")
    assert spans == [("getOrder", {"service": "orders", "stage": "prod", "route": "GET /v1/orders/{id}"})]


@pytest.mark.parametrize(("status", "conversions"), [(HTTPStatus.CREATED, 1), (HTTPStatus.CONFLICT, 0)])
def test_of_what_the_business_lives_on_it_is_counted_how_much_comes_of_it(
    status: HTTPStatus, conversions: int, capsys: pytest.CaptureFixture[str]
) -> None:
    routes: list[Route[None]] = [
        Route("placeOrder", "POST", "/v1/orders", Access.PUBLIC, lambda *_: Answer(status, {}), business=True),
        Route("getOrder", "GET", "/v1/orders/{id}", Access.PUBLIC, lambda *_: Answer(status, {})),
    ]
    function = Function(routes, lambda: None)
    function(events.proxy_event("POST", "/v1/orders"), events.context())
    line = counted(capsys)
    assert (line["Attempts"], line["Conversions"]) == (1, conversions)
    get(function)
    assert not {"Attempts", "Conversions"} & counted(capsys).keys()
