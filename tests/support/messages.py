"""SQS's events for Lambda, of the shape that AWS documents, with messages as EventBridge puts them into a queue."""

import json
from collections.abc import Mapping
from typing import Any

from api.adapters.sources import new_id
from api.domain.events import Event, Json
from api.handlers import fulfilment, importer, invoices, mail, notifier, payments, photographs, webhooks
from api.handlers.worker import Worker
from tests.support.events import context

WORKERS: Mapping[str, Worker[Any]] = {
    "fulfilment": fulfilment.handler,
    "importer": importer.handler,
    "invoices": invoices.handler,
    "mail": mail.handler,
    "notifier": notifier.handler,
    "payments": payments.handler,
    "photographs": photographs.handler,
    "webhooks": webhooks.handler,
}
"""The workers' handlers by the names of their functions."""


def envelope(event: Event) -> str:
    """The event as it lies in a queue behind a rule."""
    return json.dumps(
        {
            "version": "0",
            "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
            "detail-type": event.kind,
            "source": "orders.api",
            "account": "222222222222",
            "time": "2026-11-23T12:00:01Z",
            "region": "eu-west-1",
            "resources": [],
            "detail": dict(event.detail),
        }
    )


def record(body: str, attempt: int = 1, message_id: str | None = None) -> dict[str, Any]:
    """One message as Lambda hands it over."""
    return {
        "messageId": message_id or new_id(),
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": str(attempt),
            "SentTimestamp": "1763899200000",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1763899201000",
        },
        "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:222222222222:orders-beta-worker",
        "awsRegion": "eu-west-1",
    }


def taken(body: str, signature: str, received_at: float) -> dict[str, Any]:
    """A message as the gateway writes it without a function; `received_at` is Unix time."""
    attributes = {
        "signature": ("String", signature),
        "received_at": ("Number", str(round(received_at * 1000))),
        "request_id": ("String", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"),
    }
    beside = {name: {"dataType": kind, "stringValue": value} for name, (kind, value) in attributes.items()}
    return {**record(body), "messageAttributes": beside}


def deliver(worker: str, *records: Mapping[str, Any]) -> list[str]:
    """Hand a batch to a worker; the ids of the messages that it says failed."""
    answer = WORKERS[worker]({"Records": list(records)}, context())
    assert set(answer) == {"batchItemFailures"}
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def changed(event: Event, part: str, **other: Json) -> Event:
    """The event with other values in its `metadata` or `data`."""
    held = event.detail[part]
    assert isinstance(held, dict)
    return Event(event.id, event.kind, {**event.detail, part: {**held, **other}})
