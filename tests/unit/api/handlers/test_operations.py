"""The function `operations`: sending dead letters back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from api.adapters import aws
from api.handlers import operations
from tests.support.dynamodb import new_sku
from tests.support.http_api import Reply, call
from tests.support.tokens import ANN, OPS, User

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

WAY = {"source": "arn:aws:sqs:eu-west-1:2:dead", "destination": "arn:aws:sqs:eu-west-1:2:queue"}


@dataclass
class Sqs:
    """As much of SQS as is asked for: one task at a time, which never ends."""

    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def start_message_move_task(self, **request: Any) -> Mapping[str, Any]:
        if self.asked:
            message = "There is already a task running."
            raise ClientError({"Error": {"Code": "InvalidParameterValue", "Message": message}}, "StartMessageMoveTask")
        self.asked.append(request)
        return {"TaskHandle": "a-task"}


@pytest.fixture
def sqs(stage: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch) -> Iterator[Sqs]:
    assert stage
    fake = Sqs()
    monkeypatch.setattr(aws, "sqs", lambda: fake)
    monkeypatch.setenv("REDRIVES", json.dumps({"fulfilment": WAY}))
    operations.services.cache_clear()
    yield fake
    operations.services.cache_clear()


def redrive(
    body: Mapping[str, object] | None = None,
    name: str = "fulfilment",
    user: User | None = OPS,
    key: str | None = None,
) -> Reply:
    return call("POST", f"/v1/ops/queues/{name}/redrives", user, key=key or new_sku(), json_body=body or {})


def test_dead_letters_are_sent_back(sqs: Sqs) -> None:
    reply = redrive({"messages_per_second": 10})
    assert (reply.status, reply.body) == (202, {"queue": "fulfilment", "task": "a-task"})
    assert reply.headers["Cache-Control"] == "no-store"
    assert sqs.asked == [
        {"SourceArn": WAY["source"], "DestinationArn": WAY["destination"], "MaxNumberOfMessagesPerSecond": 10}
    ]


def test_a_repeated_key_begins_nothing_new(sqs: Sqs) -> None:
    key = new_sku()
    first, again = redrive(key=key), redrive(key=key)
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (202, first.body, "true")
    assert len(sqs.asked) == 1


def test_two_at_once_are_one_too_many(sqs: Sqs) -> None:
    assert redrive().status == 202
    refused = redrive()
    assert (refused.status, refused.problem) == (409, "redrive-running")
    assert len(sqs.asked) == 1


def test_an_unknown_queue_is_not_there(sqs: Sqs) -> None:
    refused = redrive(name="orders-beta-fulfilment")
    assert (refused.status, refused.problem) == (404, "not-found")
    assert sqs.asked == []


@pytest.mark.parametrize(("user", "status"), [(None, 401), (ANN, 403)])
def test_only_operators_may(sqs: Sqs, user: User | None, status: int) -> None:
    assert redrive(user=user).status == status
    assert sqs.asked == []


@pytest.mark.parametrize("body", [{"messages_per_second": 0}, {"messages_per_second": None}, {"speed": 1}])
def test_a_body_that_is_not_as_promised_is_refused(sqs: Sqs, body: dict[str, object]) -> None:
    assert redrive(body).problem == "bad-request"
    assert sqs.asked == []


def test_a_key_is_needed(sqs: Sqs) -> None:
    assert call("POST", "/v1/ops/queues/fulfilment/redrives", OPS, json_body={}).problem == "bad-request"
    assert sqs.asked == []
