"""The queue of the payment worker: one message per order to see to. Messages have the form of events (worker.py)."""

import json
from collections.abc import Callable
from typing import Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from api.domain.events import SOURCE, Cause, payment_unsettled
from api.domain.ports import Clock, NewId

DELAY_SECONDS: Final = 15
"""Long enough for most troubles of a provider to pass before the worker asks for the first time."""


class Queues(Protocol):
    """As much of the SDK's SQS client as we use."""

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int) -> Any:  # noqa: N803 - the SDK's names
        """Put a message into a queue, to be seen after a delay in seconds."""
        ...

    def change_message_visibility(self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> Any:  # noqa: N803
        """Say when a message that was received comes again, in seconds from now."""
        ...


class QueuedPaymentWork:
    """api.domain.ports.PaymentWork on SQS. `queues` is asked for on first use; `count` is told of lost messages."""

    def __init__(
        self,
        queues: Callable[[], Queues],
        queue_url: str,
        clock: Clock,
        new_id: NewId,
        count: Callable[[str], None],
    ) -> None:
        self._queues = queues
        self._queue_url = queue_url
        self._clock = clock
        self._new_id = new_id
        self._count = count

    def later(self, order_id: str, cause: Cause) -> None:
        """Send it. One that can't be sent is counted, not raised: what it is about has been kept already."""
        event = payment_unsettled(order_id, self._new_id(), self._clock(), cause)
        body = json.dumps({"source": SOURCE, "detail-type": event.kind, "detail": event.detail})
        try:
            self._queues().send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=DELAY_SECONDS)
        except (BotoCoreError, ClientError):
            self._count("PaymentWorkLost")

    def again(self, receipt: str, seconds: int) -> None:
        """Have a message that was received come again after so many seconds, instead of its queue's own time."""
        self._queues().change_message_visibility(
            QueueUrl=self._queue_url, ReceiptHandle=receipt, VisibilityTimeout=seconds
        )
