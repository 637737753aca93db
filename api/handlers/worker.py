"""What every worker does around its messages: reading, correlation, log, and saying which of a batch failed.

A message is an event as EventBridge puts it into a queue: a JSON object with `detail-type` and `detail`. Functions that
write to a queue themselves send the same form. Each message stands for itself: one that fails comes again, alone, until
its queue moves it to the dead letters. Lambda takes an answer that names failures; an exception would bring the whole
batch again (Lambda developer guide, "Reporting batch item failures"). Powertools has this, too, at 70 ms of import.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.domain.errors import EventUnreadable
from api.domain.events import Event, received
from api.handlers import logs

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

type Batch = Mapping[str, Any]
"""SQS's event for Lambda: `Records`."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event in a queue. `attempt` counts its deliveries from 1; `receipt` stands for this one."""

    event: Event
    attempt: int
    receipt: str


type Read = Callable[[Mapping[str, Any]], Message]
"""Makes a message of a record of SQS. Raises EventUnreadable."""

type Handle[S] = Callable[[Message, S], bool]
"""Handles a message with the services S; False if it was handled before. An exception makes it come again."""


class Worker[S]:
    """A Lambda function that handles events, by their kinds, with services that are made on first use.

    `reads` is how it makes them of what lies in its queue.
    """

    def __init__(self, handles: Mapping[str, Handle[S]], services: Callable[[], S], reads: Read | None = None) -> None:
        self.kinds = frozenset(handles)
        self._read = read if reads is None else reads
        self._handles = handles
        self._services = services

    def __call__(self, batch: Batch, _context: "LambdaContext") -> dict[str, Any]:
        """Handle a batch and name what failed. Never raises."""
        failed = [record["messageId"] for record in batch["Records"] if not self._succeeds(record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    def _succeeds(self, record: Mapping[str, Any]) -> bool:
        logs.begin(str(record["messageId"]))  # until the message has told its own
        try:
            message = self._read(record)
            logs.begin(message.event.cause.correlation_id)
            if message.event.kind not in self._handles:
                raise EventUnreadable(f"nothing is done here with {message.event.kind}")
            new = self._handles[message.event.kind](message, self._services())
        except Exception as error:
            logs.failed(error)
            return False
        logs.note(
            "handled", event_kind=message.event.kind, event_id=message.event.id, attempt=message.attempt, again=not new
        )
        return True


def read(record: Mapping[str, Any]) -> Message:
    """A record of SQS. Raises EventUnreadable if it holds no event of a known form."""
    try:
        body = json.loads(record["body"])
    except ValueError:
        raise EventUnreadable("the message is no JSON") from None
    if not isinstance(body, dict) or not isinstance(body.get("detail-type"), str):
        raise EventUnreadable("the message holds no event")
    event = received(body["detail-type"], body.get("detail"))
    attempt = int(record["attributes"]["ApproximateReceiveCount"])
    return Message(event, attempt, str(record["receiptHandle"]))
