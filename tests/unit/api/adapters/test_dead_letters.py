"""Sending dead letters back, as SQS is asked for it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from api.adapters.dead_letters import SqsDeadLetters, Way
from api.domain.errors import QueueMissing, RedriveRunning

WAYS = {"fulfilment": Way("arn:aws:sqs:eu-west-1:2:dead", "arn:aws:sqs:eu-west-1:2:queue")}
REQUEST = {
    "SourceArn": "arn:aws:sqs:eu-west-1:2:dead",
    "DestinationArn": "arn:aws:sqs:eu-west-1:2:queue",
    "MaxNumberOfMessagesPerSecond": 7,
}


@pytest.fixture
def client() -> Any:
    return boto3.client("sqs", region_name="eu-west-1", aws_access_key_id="2", aws_secret_access_key="test")


@pytest.fixture
def stubber(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_they_go_back_to_the_queue_they_died_in(client: Any, stubber: Stubber) -> None:
    stubber.add_response("start_message_move_task", {"TaskHandle": "a-task"}, REQUEST)
    assert SqsDeadLetters(client, WAYS).send_back("fulfilment", 7) == "a-task"


def test_a_queue_that_is_none_of_ours_is_not_touched(client: Any, stubber: Stubber) -> None:
    assert stubber
    with pytest.raises(QueueMissing):
        SqsDeadLetters(client, WAYS).send_back("dead", 7)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("There is already a task running. Only one active task is allowed for a source.", RedriveRunning),
        ("Source queue must be configured as a Dead Letter Queue.", ClientError),
    ],
)
def test_one_task_at_a_time_is_no_mistake_of_ours(
    client: Any, stubber: Stubber, message: str, error: type[Exception]
) -> None:
    stubber.add_client_error("start_message_move_task", "InvalidParameterValue", message)
    with pytest.raises(error):
        SqsDeadLetters(client, WAYS).send_back("fulfilment", 7)
