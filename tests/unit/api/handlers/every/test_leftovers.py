"""No function keeps anything of an invocation that is over, however it was invoked."""

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from api.needs import NEEDS
from tests.support.http_api import HANDLERS
from tests.support.messages import WORKERS
from tests.support.payment_provider.book import Book
from tests.support.payment_provider.service import Provider
from tests.unit.api.handlers.every.environment import left_by
from tests.unit.api.handlers.every.good import OPERATIONS
from tests.unit.api.handlers.every.invocations import INVOCATIONS, OTHERS
from tests.unit.api.handlers.every.replay import Again
from tests.unit.api.handlers.every.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator


@pytest.fixture
def book(running_provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Book:
    """The payment provider's memory, asked without a connection: its server would leave things in this process."""
    book = running_provider.book

    def request(_: urllib3.PoolManager, __: str, url: str, *, body: str, **___: Any) -> urllib3.HTTPResponse:
        told = json.loads(body)
        key = told["payment_id"]
        answered = book.void(key) if url.endswith("/voids") else book.authorise(key, told["amount"])
        content = io.BytesIO(json.dumps(answered.body).encode())
        return urllib3.HTTPResponse(content, status=answered.status, preload_content=False)

    monkeypatch.setattr(urllib3.PoolManager, "request", request)
    return book


@pytest.mark.parametrize("invocation", INVOCATIONS)
def test_an_invocation_leaves_nothing_in_its_environment(
    invocation: str, stage: "DynamoDBClient", wire: Wire, monkeypatch: pytest.MonkeyPatch, book: Book
) -> None:
    again = Again(INVOCATIONS[invocation](stage, monkeypatch), wire)
    found = left_by(again, book.forget).complaints
    assert not found, "; ".join(found)


def test_every_function_is_invoked_in_every_way() -> None:
    functions = {name.partition(",")[0] for name in OTHERS} | {*HANDLERS}
    assert functions == {*NEEDS, "identity"}
    assert {*INVOCATIONS} == {*OPERATIONS, *OTHERS}
    assert {*WORKERS} | {*HANDLERS} < functions
