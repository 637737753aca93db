"""The queue of the worker of imports, as far as it writes to it itself: messages of the form of events (worker.py)."""

import json

from api.adapters.payment_work import Queues
from api.domain.events import SOURCE, Cause, product_import_continues
from api.domain.ports import Clock, NewId
from api.domain.product_imports import ProductImport


class QueuedImportWork:
    """api.domain.ports.ImportWork on SQS."""

    def __init__(self, queues: Queues, queue_url: str, clock: Clock, new_id: NewId) -> None:
        self._queues = queues
        self._queue_url = queue_url
        self._clock = clock
        self._new_id = new_id

    def go_on(self, product_import: ProductImport) -> None:
        """Send it, to be seen at once."""
        asked = product_import.cause
        cause = Cause(asked.correlation_id, product_import.id, asked.traceparent)
        done = product_import.progress.lines
        event = product_import_continues(product_import.id, done, self._new_id(), self._clock(), cause)
        body = json.dumps({"source": SOURCE, "detail-type": event.kind, "detail": event.detail})
        self._queues.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=0)
