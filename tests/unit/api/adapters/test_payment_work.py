"""The payment worker's queue, on the emulator."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from api.adapters import payment_work
from api.adapters.payment_work import DELAY_SECONDS, QueuedPaymentWork
from api.handlers.worker import read
from tests.support.dynamodb import new_sku
from tests.support.messages import record
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, NOON, ORDER_ID

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator


@pytest.fixture
def sqs(stage: "DynamoDBClient") -> Any:
    assert stage
    return boto3.client("sqs")


@pytest.fixture
def queue(sqs: Any) -> Iterator[str]:
    url = sqs.create_queue(QueueName=new_sku("queue"))["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def work(sqs: Any, queue: str) -> QueuedPaymentWork:
    return QueuedPaymentWork(lambda: sqs, queue, lambda: NOON, lambda: EVENT_ID, lambda _: None)


def received(sqs: Any, queue: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = sqs.receive_message(QueueUrl=queue).get("Messages", [])
    return messages


def test_a_message_is_one_that_the_worker_reads_and_keeps_the_chain(
    sqs: Any, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payment_work, "DELAY_SECONDS", 0)
    work(sqs, queue).later(ORDER_ID, CAUSE)
    (message,) = received(sqs, queue)
    event = read(record(message["Body"])).event
    assert (event.kind, event.data) == ("PaymentUnsettled", {"order_id": ORDER_ID})
    assert event.cause.correlation_id == CAUSE.correlation_id
    assert json.loads(message["Body"])["source"] == "orders.api"


def test_a_message_waits_for_most_troubles_to_pass(sqs: Any, queue: str) -> None:
    work(sqs, queue).later(ORDER_ID, CAUSE)
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    counts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    assert [counts[name] for name in names] == ["0", "1"]
    assert DELAY_SECONDS == 15


def test_a_message_comes_again_when_it_is_told_to(sqs: Any, queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payment_work, "DELAY_SECONDS", 0)
    asked = work(sqs, queue)
    asked.later(ORDER_ID, CAUSE)
    (message,) = received(sqs, queue)
    assert received(sqs, queue) == []
    asked.again(message["ReceiptHandle"], 0)
    assert [each["MessageId"] for each in received(sqs, queue)] == [message["MessageId"]]
