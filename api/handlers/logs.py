"""One structured log for every function: JSON lines with the correlation id, without personal data and tokens.

What is logged is listed here, not picked from requests: no headers, no claims, no bodies, no messages of exceptions.
"""

import traceback
from typing import Final

from aws_lambda_powertools import Logger

from api.adapters.faults import described
from api.domain.events import Json

_FRAMES: Final = 12

log: Final = Logger()


def begin(correlation_id: str) -> None:
    """Put the correlation id into every line from now on."""
    log.set_correlation_id(correlation_id)


def answered(status: int, milliseconds: float, notes: dict[str, Json]) -> None:
    """One line per request."""
    log.info("answered", extra={"status": status, "milliseconds": round(milliseconds, 1), **notes})


def failed(error: BaseException) -> None:
    """An error that is ours: what it is and where it came from."""
    log.error("failed", extra={**described(error), "frames": _frames(error)})


def note(event: str, **facts: Json) -> None:
    """Something that operators want to find again."""
    log.info(event, extra=facts)


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]
