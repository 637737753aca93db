"""One structured log for every function: JSON lines with the correlation id, without personal data and tokens.

What is logged is listed here, not picked from requests: no headers, no claims, no bodies, no messages of exceptions.
Each line goes to standard output as it is, which is all that Lambda asks of a log; a logging library would cost more
than most requests do.
"""

import json
import os
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal

from api.adapters.faults import described
from api.domain.events import Json

_FRAMES: Final = 12
_SERVICE: Final = os.environ.get("POWERTOOLS_SERVICE_NAME", "orders")

type Level = Literal["INFO", "ERROR"]

_written = json.JSONEncoder(separators=(",", ":")).encode
_correlation: dict[str, Json] = {}


def begin(correlation_id: str) -> None:
    """Put the correlation id into every line from now on; a function answers one request at a time."""
    _correlation["correlation_id"] = correlation_id


def answered(status: int, milliseconds: float, notes: dict[str, Json]) -> None:
    """One line per request."""
    _write("INFO", "answered", {"status": status, "milliseconds": round(milliseconds, 1), **notes})


def failed(error: BaseException) -> None:
    """An error that is ours: what it is and where it came from."""
    _write("ERROR", "failed", {**described(error), "frames": _frames(error)})


def note(event: str, **facts: Json) -> None:
    """Something that operators want to find again."""
    _write("INFO", event, facts)


def _write(level: Level, message: str, facts: Mapping[str, object]) -> None:
    line = {
        "level": level,
        "message": message,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "service": _SERVICE,
        **_correlation,
        **facts,
    }
    print(_written(line))  # noqa: T201  this is how a function logs


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]
