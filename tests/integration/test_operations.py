"""What operators do to the service itself."""

import pytest

from tests.support.masked import Masked
from tests.support.promised import assert_is, promise
from tests.support.stage import Stage

QUEUES = promise()["components"]["parameters"]["QueueName"]["schema"]["enum"]


@pytest.mark.parametrize("queue", QUEUES)
def test_an_operator_sends_a_queues_dead_letters_back(stage: Stage, ops: Masked, queue: str, key: str) -> None:
    path = f"/v1/ops/queues/{queue}/redrives"
    answer = stage.call("POST", path, ops, body={"messages_per_second": 10}, key=key)
    if answer.status == 409:  # somebody else has just begun to
        assert answer.problem == "redrive-running"
        return
    assert answer.status == 202, answer.body
    assert_is("Redrive", answer.json)
    again = stage.call("POST", path, ops, body={"messages_per_second": 10}, key=key)
    assert (again.status, again.json, again.headers["Idempotent-Replayed"]) == (202, answer.json, "true")


def test_a_queue_that_there_is_not_is_not_found(stage: Stage, ops: Masked, key: str) -> None:
    answer = stage.call("POST", "/v1/ops/queues/no-such-queue/redrives", ops, body={}, key=key)
    assert (answer.status, answer.problem) == (404, "not-found")
