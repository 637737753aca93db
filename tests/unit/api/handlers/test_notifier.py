"""The worker `notifier`, with a topic and a table that are really there."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from api.adapters.sources import new_id
from api.domain import rules
from api.domain.events import Event, customer_registered, order_cancelled, order_placed
from api.handlers import notifier
from tests.support.messages import changed, deliver, envelope, record
from tests.unit.api.domain.examples import CAUSE, LATER, order

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

type Subscriber = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def subscriber(stage: "DynamoDBClient") -> Iterator[Subscriber]:
    """A queue that the topic writes to; call it for what has come since."""
    assert stage
    sqs: Any = boto3.client("sqs")
    sns: Any = boto3.client("sns")
    url = sqs.create_queue(QueueName=f"subscriber-{new_id()}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = os.environ["NOTICES_TOPIC_ARN"]
    subscribed = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)

    def received() -> list[dict[str, Any]]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    yield received
    sns.unsubscribe(SubscriptionArn=subscribed["SubscriptionArn"])


def placed() -> Event:
    return order_placed(replace(order(), id=new_id()), new_id(), CAUSE)


def cancelled() -> Event:
    return order_cancelled(rules.cancel(replace(order(), id=new_id()), LATER), "customer", new_id(), CAUSE)


@pytest.mark.parametrize(("make", "occasion"), [(placed, "order-placed"), (cancelled, "order-cancelled")])
def test_a_customer_is_told_what_happened_in_the_same_chain(
    subscriber: Subscriber, make: Callable[[], Event], occasion: str
) -> None:
    event = make()
    assert deliver("notifier", record(envelope(event))) == []
    (told,) = subscriber()
    assert json.loads(told["Message"]) == {
        "notice_id": event.id,
        "occasion": occasion,
        "customer_id": "ann",
        "order_id": event.data["order_id"],
        "correlation_id": CAUSE.correlation_id,
    }
    assert {name: each["Value"] for name, each in told["MessageAttributes"].items()} == {
        "occasion": occasion,
        "correlation_id": CAUSE.correlation_id,
    }


def test_a_new_customer_is_welcomed_once_and_nothing_says_who_they_are(
    subscriber: Subscriber, capsys: pytest.CaptureFixture[str]
) -> None:
    event = customer_registered("ann", LATER, new_id(), CAUSE)
    assert deliver("notifier", record(envelope(event)), record(envelope(event))) == []
    (told,) = subscriber()
    assert json.loads(told["Message"]) == {
        "notice_id": event.id,
        "occasion": "welcome",
        "customer_id": "ann",
        "correlation_id": CAUSE.correlation_id,
    }
    assert '"ann"' not in capsys.readouterr().out


def test_an_event_that_comes_again_is_told_once(subscriber: Subscriber) -> None:
    event = placed()
    assert deliver("notifier", record(envelope(event)), record(envelope(event))) == []
    assert deliver("notifier", record(envelope(event), attempt=2)) == []
    assert len(subscriber()) == 1


def test_only_what_failed_comes_again(subscriber: Subscriber) -> None:
    nobody = changed(placed(), "data", customer_id=None)
    good = placed()
    assert deliver("notifier", record(envelope(nobody), message_id="bad"), record(envelope(good))) == ["bad"]
    (told,) = subscriber()
    assert json.loads(told["Message"])["notice_id"] == good.id


def test_what_could_not_be_sent_comes_again(subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    event = placed()
    with monkeypatch.context() as patch:
        patch.setenv("NOTICES_TOPIC_ARN", f"{os.environ['NOTICES_TOPIC_ARN']}-of-old")
        notifier.services.cache_clear()
        assert deliver("notifier", record(envelope(event), message_id="unsent")) == ["unsent"]
    notifier.services.cache_clear()
    assert deliver("notifier", record(envelope(event), attempt=2)) == []
    assert len(subscriber()) == 1
