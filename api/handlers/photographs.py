"""The worker `photographs`: looks at what was uploaded for a claim, and records it or takes it away.

S3 tells the default event bus, a rule there tells the worker's queue (pipeline.cloud.service.arrivals); it may tell
twice, and not in order. What it may do in AWS is listed in api/needs.py.
"""

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from api.adapters import aws, sources
from api.adapters.claims import DynamoClaims
from api.adapters.uploads import S3Uploads
from api.domain.errors import EventUnreadable
from api.domain.events import Json, received
from api.domain.photographs import Received, Receiving, Uploaded
from api.handlers import happenings, logs
from api.handlers.happenings import Happening
from api.handlers.worker import Message, Worker

KIND: Final = "Object Created"

_NOTHING_NEW: Final = (Received.KNOWN, Received.GONE)


@cache
def services() -> Receiving:
    """This environment's services."""
    uploads = S3Uploads(aws.s3(), os.environ["CLAIMS_BUCKET_NAME"])
    return Receiving(uploads, DynamoClaims(aws.dynamodb(), os.environ["TABLE_NAME"]), sources.now)


def read(record: Mapping[str, Any]) -> Message:
    """What S3 told (S3 user guide, "EventBridge event message structure"). Raises EventUnreadable."""
    try:
        match json.loads(record["body"]):
            case {
                "id": str(event_id),
                "detail-type": str(kind),
                "detail": {"object": {"key": str(key), "size": int(size), **more}},
            } if not isinstance(size, bool):
                data: dict[str, Json] = {"key": key, "size": size, "version": str(more.get("version-id", ""))}
            case _:
                raise EventUnreadable("the message tells of no object")
    except ValueError:
        raise EventUnreadable("the message is no JSON") from None
    metadata: dict[str, Json] = {
        "event_id": event_id,
        "correlation_id": event_id,
        "causation_id": event_id,
        "schema_version": 1,
    }
    attempt = int(record["attributes"]["ApproximateReceiveCount"])
    return Message(received(kind, {"metadata": metadata, "data": data}), attempt, str(record["receiptHandle"]))


def _receive(message: Message, receiving: Receiving) -> bool:
    key, size, version = (message.event.data[name] for name in ("key", "size", "version"))
    if not isinstance(size, int):
        raise EventUnreadable("the size is no number")
    became = receiving.receive(Uploaded(str(key), size, str(version)))
    logs.note("upload received", became=became.value, size=size)
    if became in _NOTHING_NEW:
        return False
    recorded = became is Received.RECORDED
    happenings.count(Happening.PHOTOGRAPH_RECORDED if recorded else Happening.PHOTOGRAPH_REFUSED)
    return True


handler = Worker({KIND: _receive}, services, read)
"""What Lambda calls with (event, context)."""
