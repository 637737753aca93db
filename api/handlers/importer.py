"""The worker `importer`: works off the files of products that operators have uploaded.

S3 tells the default event bus of a file, a rule there tells the worker's queue (pipeline.cloud.service.arrivals). The
worker itself tells the queue that there is more of one. What it may do in AWS is listed in api/needs.py.
"""

import random
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from pydantic import ValidationError

from api.adapters import aws, sources
from api.adapters.import_work import QueuedImportWork
from api.adapters.product_imports import DynamoImports
from api.adapters.products import DynamoProducts
from api.adapters.uploads import S3Uploads
from api.domain.errors import EventUnreadable
from api.domain.importing import Arrived, Importing, Went
from api.domain.product_imports import Listed, Unlisted
from api.handlers import arrivals, bodies, happenings, logs, worker
from api.handlers.happenings import Happening
from api.handlers.schemas import NewProduct
from api.handlers.settings import import_settings
from api.handlers.worker import Message, Worker

CONTINUES: Final = "ProductImportContinues"

REST_SECONDS: Final = 0.25
"""Between two batches: each writes some 250 units, so that an import takes a quarter of what the table gives."""

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 4.0
"""At most, before a batch is tried again."""

_ARRIVED: Final[Mapping[Arrived, Happening]] = {
    Arrived.BEGUN: Happening.PRODUCT_IMPORT_BEGUN,
    Arrived.FAILED: Happening.PRODUCT_IMPORT_FAILED,
    Arrived.UNKNOWN: Happening.PRODUCT_IMPORT_REFUSED,
    Arrived.LATE: Happening.PRODUCT_IMPORT_REFUSED,
    Arrived.TWICE: Happening.PRODUCT_IMPORT_REFUSED,
}
_WENT: Final[Mapping[Went, Happening]] = {
    Went.DONE: Happening.PRODUCT_IMPORT_DONE,
    Went.FAILED: Happening.PRODUCT_IMPORT_FAILED,
}

_LONGEST_POINTER: Final = 200
_LONGEST_DETAIL: Final = 500


@cache
def services() -> Importing:
    """This environment's services."""
    told = import_settings()
    client = aws.dynamodb()
    return Importing(
        DynamoImports(client, told.table),
        DynamoProducts(client, told.table),
        S3Uploads(aws.s3(), told.bucket),
        QueuedImportWork(aws.sqs(), told.queue_url, sources.now, sources.new_id),
        read_line,
        lambda: time.sleep(REST_SECONDS),
        lambda attempt: time.sleep(pause_seconds(attempt, random.uniform)),
        sources.now,
        sources.new_id,
    )


def read(record: Mapping[str, Any]) -> Message:
    """What S3 told, or the worker itself. Raises EventUnreadable."""
    try:
        return arrivals.read(record)
    except EventUnreadable:
        return worker.read(record)


def read_line(content: bytes) -> Listed | Unlisted:
    """A line of a file: just what creates a product when it is sent as a body, or the first thing that is wrong."""
    try:
        body = NewProduct.model_validate_json(content)
        wrong = bodies.controls(body)
    except ValidationError as error:
        wrong = bodies.places(error)
    if wrong:
        return Unlisted(wrong[0].pointer[:_LONGEST_POINTER], wrong[0].detail[:_LONGEST_DETAIL])
    return Listed(body.sku, body.details())


def pause_seconds(attempt: int, draw: Callable[[float, float], float]) -> float:
    """How long to wait before attempt n (2, 3, ...): by chance, up to a limit that doubles with each.

    `draw` gives a random number between its arguments.
    """
    return draw(0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** (attempt - 2)))


def _arrive(message: Message, importing: Importing) -> bool:
    uploaded = arrivals.uploaded(message.event)
    arrived = importing.arrive(uploaded)
    logs.note("product import arrived", file=uploaded.key, size=uploaded.size, became=arrived.value)
    if arrived in _ARRIVED:
        happenings.count(_ARRIVED[arrived])
    return arrived is not Arrived.KNOWN


def _go_on(message: Message, importing: Importing) -> bool:
    import_id, done = message.event.data.get("import_id"), message.event.data.get("done")
    if not isinstance(import_id, str) or not isinstance(done, int):
        raise EventUnreadable("the message says of no import how far it is")
    went = importing.go_on(import_id, done)
    logs.note("product import went on", product_import=import_id, done=done, went=went.value)
    if went in _WENT:
        happenings.count(_WENT[went])
    return went not in (Went.ENDED, Went.ELSEWHERE)


handler = Worker({arrivals.KIND: _arrive, CONTINUES: _go_on}, services, read)
"""What Lambda calls with (event, context)."""
