"""What is counted of the business: each thing once, and nothing that did not happen."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from api.handlers.callers import Caller
from api.handlers.function import Function
from api.handlers.happenings import Happening
from api.handlers.http import Answer, Request
from api.handlers.routes import Access, Route
from tests.support import events
from tests.support.dynamodb import new_sku
from tests.support.http_api import call
from tests.support.tokens import ANN
from tests.unit.api.handlers.carrying import known_carrier, sent, tell
from tests.unit.api.handlers.helpers import lines, new_product, place

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]


def counted(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What happened since this was last asked, apart from cold starts."""
    return [each for each in happenings(capsys) if each != Happening.COLD_START]


def happenings(capsys: pytest.CaptureFixture[str]) -> list[str]:
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return [
        metric["Name"]
        for line in written
        for group in line["_aws"]["CloudWatchMetrics"]
        if group["Dimensions"] == [["Stage"]]
        for metric in group["Metrics"]
    ]


def test_an_order_is_counted_once_however_often_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    sku, key = new_product(available=5), new_sku()
    capsys.readouterr()
    for _ in range(2):
        assert call("POST", "/v1/orders", ANN, key=key, json_body=lines((sku, 1))).status == 201
    assert counted(capsys) == [Happening.ORDER_PLACED, "PaymentAuthorised"]


def test_an_order_that_is_refused_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    sku = new_product(available=0)
    capsys.readouterr()
    assert place((sku, 1)).status == 409
    assert counted(capsys) == []


def test_a_parcel_is_counted_once_when_it_leaves_and_once_when_it_arrives(capsys: pytest.CaptureFixture[str]) -> None:
    carrier, parcel = known_carrier(), sent((new_product(available=5), 1))
    capsys.readouterr()
    for status in ("DISPATCHED", "DISPATCHED", "IN_TRANSIT"):
        assert tell(carrier, parcel, status).status == 200
    assert counted(capsys) == [Happening.PARCEL_DISPATCHED]
    for status in ("DELIVERED", "DELIVERED", "RETURNED"):
        assert tell(carrier, parcel, status).status == 200
    assert counted(capsys) == [Happening.PARCEL_DELIVERED]


def test_a_cancellation_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    order = place((new_product(available=5), 1)).body["id"]
    capsys.readouterr()
    assert call("POST", f"/v1/orders/{order}/cancellation", ANN).status == 200
    assert counted(capsys) == [Happening.ORDER_CANCELLED]
    assert call("POST", f"/v1/orders/{order}/cancellation", ANN).status == 409
    assert counted(capsys) == []


def function(error: Exception | None = None) -> Function[None]:
    def serve(_request: Request, _caller: Caller, _services: None) -> Answer:
        if error is not None:
            raise error
        return Answer(HTTPStatus.OK, {})

    return Function([Route("getOrder", "GET", "/v1/orders/{id}", Access.PUBLIC, serve)], lambda: None)


def ask(function: Function[None]) -> Any:
    return function(events.proxy_event("GET", "/v1/orders/1"), events.context())


def test_the_first_request_of_an_environment_is_a_cold_start_and_no_other_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fresh = function()
    ask(fresh)
    assert happenings(capsys) == [Happening.COLD_START]
    ask(fresh)
    assert happenings(capsys) == []


def test_data_that_does_not_answer_in_time_is_counted_and_a_mistake_of_ours_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask(function(ReadTimeoutError(endpoint_url="https://dynamodb.eu-west-1.amazonaws.com")))
    assert counted(capsys) == [Happening.DATA_UNAVAILABLE]
    ask(function(RuntimeError("ours")))
    assert counted(capsys) == []
