"""How often a schedule runs, and from when until when. Pure.

Source: Amazon EventBridge user guide, "Setting a schedule pattern": `rate(5 minutes)`; the unit is said in the
singular of one and in the plural of more. EventBridge Scheduler API reference, CreateSchedule: a schedule without a
start runs at once, one without an end for ever; both dates are in UTC.
"""

import re
from datetime import UTC, datetime

from pipeline.gates.openapi.node import Json

_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


def seconds_between(expression: Json) -> int | None:
    """From one run to the next; None where that is not said as a rate: `cron` and `at` name times, not how often."""
    found = _RATE.fullmatch(expression) if isinstance(expression, str) else None
    return int(found[1]) * _SECONDS[found[2]] if found else None


def runs_oftener(old: Json, new: Json) -> bool:
    """Both are rates, and the new one leaves out no more time than the old."""
    was, now = seconds_between(old), seconds_between(new)
    return was is not None and now is not None and now <= was


def starts_later(old: Json, new: Json) -> bool:
    """The new schedule starts at a time at which the old one may have run already."""
    if new is None or new == old:
        return False
    was, now = _time(old), _time(new)
    return was is None or now is None or now > was


def ends_sooner(old: Json, new: Json) -> bool:
    """The new schedule no longer runs at a time at which the old one may have run."""
    if new is None or new == old:
        return False
    was, now = _time(old), _time(new)
    return was is None or now is None or now < was


def _time(value: Json) -> datetime | None:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time and time.replace(tzinfo=time.tzinfo or UTC)
