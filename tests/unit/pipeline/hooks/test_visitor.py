"""The visitor: it asks the alias, one probe after the other, until the shift is over, whatever is answered."""

import io
import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from pipeline.hooks import clients, visitor
from pipeline.hooks.visitor import Called, visit

PROBES = [
    {"method": "GET", "resource": "/v1/orders", "status": 401},
    {"method": "GET", "resource": "/v1/orders", "status": 200, "customer": True},
]
CALLED: Called = {"function": "orders-gamma-orders", "alias": "live", "probes": json.dumps(PROBES)}
ENVIRONMENT = {"VISIT_WAIT_SECONDS": "660", "PAUSE_SECONDS": "0.5"}


class Lambda:
    """Answers, or fails in this way."""

    def __init__(self, failing: Exception | None = None) -> None:
        self.invoked: list[Any] = []
        self._failing = failing

    def invoke(self, **asked: Any) -> Any:
        self.invoked.append({**asked, "Payload": json.loads(asked["Payload"])})
        if self._failing:
            raise self._failing
        return {"Payload": io.BytesIO(b'{"statusCode": 200}')}


class Clock:
    """Moves by what is slept."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def visited(functions: Lambda, left: float = 900.0) -> int:
    clock = Clock()
    return visit(
        functions, CALLED, ENVIRONMENT, "request-1", lambda: left - (clock.at - 1_000.0), clock.now, clock.sleep
    )


def test_it_asks_the_alias_two_times_a_second_until_the_shift_and_the_bake_are_over() -> None:
    functions = Lambda()
    assert visited(functions) == len(functions.invoked) == 1_320
    assert {(each["FunctionName"], each["Qualifier"]) for each in functions.invoked} == {
        ("orders-gamma-orders", "live")
    }


def test_it_puts_one_probe_after_the_other_each_as_a_request_of_its_own() -> None:
    functions = Lambda()
    visited(functions)
    first, second, third = (each["Payload"] for each in functions.invoked[:3])
    assert ["authorizer" in each["requestContext"] for each in (first, second, third)] == [False, True, False]
    ids = [each["Payload"]["requestContext"]["requestId"] for each in functions.invoked]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "failing",
    [
        ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "later"}}, "Invoke"),
        EndpointConnectionError(endpoint_url="https://lambda"),
    ],
    ids=["throttled", "out of reach"],
)
def test_a_version_that_does_not_answer_is_asked_again(failing: Exception) -> None:
    assert visited(Lambda(failing)) == 1_320


def test_it_ends_by_itself_before_lambda_ends_it() -> None:
    assert visited(Lambda(), left=130.0) == 200


def test_the_function_asks_what_the_hook_names(monkeypatch: pytest.MonkeyPatch) -> None:
    functions, clock = Lambda(), Clock()
    for name, value in {**ENVIRONMENT, "VISIT_WAIT_SECONDS": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clients, "functions", lambda: functions)
    monkeypatch.setattr(time, "time", clock.now)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    assert visitor.handler(CALLED, Context()) == 2


class Context:
    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return 900_000
