"""What S3 tells by the event bus: that an object has been made (S3 user guide, "EventBridge event message structure").

It may tell twice, and not in order.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from api.domain.errors import EventUnreadable
from api.domain.events import Event, Json, received
from api.domain.photographs import Uploaded
from api.handlers.worker import Message

KIND: Final = "Object Created"


def read(record: Mapping[str, Any]) -> Message:
    """What S3 told, as a record of SQS holds it. Raises EventUnreadable."""
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


def uploaded(event: Event) -> Uploaded:
    """The object that an event tells of. Raises EventUnreadable if it tells of none."""
    key, size, version = (event.data[name] for name in ("key", "size", "version"))
    if not isinstance(size, int):
        raise EventUnreadable("the size is no number")
    return Uploaded(str(key), size, str(version))
