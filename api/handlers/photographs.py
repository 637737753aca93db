"""The worker `photographs`: looks at what was uploaded for a claim, and records it or takes it away.

S3 tells the default event bus, a rule there tells the worker's queue (pipeline.cloud.service.arrivals); it may tell
twice, and not in order. What it may do in AWS is listed in api/needs.py.
"""

from functools import cache
from typing import Final

from api.adapters import aws, sources
from api.adapters.claims import DynamoClaims
from api.adapters.uploads import S3Uploads
from api.domain.photographs import Received, Receiving
from api.handlers import arrivals, happenings, logs
from api.handlers.happenings import Happening
from api.handlers.worker import Message, Worker

_NOTHING_NEW: Final = (Received.KNOWN, Received.GONE)


@cache
def services() -> Receiving:
    """This environment's services."""
    uploads = S3Uploads(aws.s3(), sources.told("CLAIMS_BUCKET_NAME"))
    return Receiving(uploads, DynamoClaims(aws.dynamodb(), sources.told("TABLE_NAME")), sources.now)


def _receive(message: Message, receiving: Receiving) -> bool:
    uploaded = arrivals.uploaded(message.event)
    became = receiving.receive(uploaded)
    logs.note("upload received", became=became.value, size=uploaded.size)
    if became in _NOTHING_NEW:
        return False
    recorded = became is Received.RECORDED
    happenings.count(Happening.PHOTOGRAPH_RECORDED if recorded else Happening.PHOTOGRAPH_REFUSED)
    return True


handler = Worker({arrivals.KIND: _receive}, services, arrivals.read)
"""What Lambda calls with (event, context)."""
