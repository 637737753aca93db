"""The queue of the payment worker: one message per order to see to, or one that asks for a sweep."""

import json
from collections.abc import Callable
from typing import Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

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
    """api.domain.ports.PaymentWork on SQS. `client` is asked for on first use; `count` is told of lost messages."""

    def __init__(self, client: Callable[[], Queues], queue_url: str, count: Callable[[str], None]) -> None:
        self._client = client
        self._queue_url = queue_url
        self._count = count

    def later(self, order_id: str, correlation_id: str) -> None:
        """Send it. One that can't be sent is counted, not raised: what it is about has been kept already."""
        body = json.dumps({"order_id": order_id, "correlation_id": correlation_id})
        try:
            self._client().send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=DELAY_SECONDS)
        except (BotoCoreError, ClientError):
            self._count("PaymentWorkLost")
