"""What the worker of imports tells its own queue."""

import json
from typing import Any

from api.adapters.import_work import QueuedImportWork
from api.domain.product_imports import Progress
from api.handlers import importer
from tests.support.messages import record
from tests.unit.api.adapters.test_product_imports import WAITING
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, LATER


class Queue:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_message(self, **message: Any) -> None:
        self.sent.append(message)

    def change_message_visibility(self, **_: Any) -> None:
        raise NotImplementedError


def test_a_message_says_how_far_an_import_is_and_is_read_by_the_worker() -> None:
    queue = Queue()
    work = QueuedImportWork(queue, "https://sqs/importer", lambda: LATER, lambda: EVENT_ID)
    running = WAITING.begun(LATER, "v1", 20, 9).worked_off(LATER, Progress(4, 10))
    work.go_on(running)
    (sent,) = queue.sent
    assert (sent["QueueUrl"], sent["DelaySeconds"]) == ("https://sqs/importer", 0)
    assert json.loads(sent["MessageBody"])["source"] == "orders.api"
    event = importer.read(record(sent["MessageBody"])).event
    assert (event.id, event.kind) == (EVENT_ID, importer.CONTINUES)
    assert event.data == {"import_id": WAITING.id, "done": 4}
    assert event.cause.correlation_id == CAUSE.correlation_id
