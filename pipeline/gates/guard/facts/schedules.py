"""How often a schedule runs, and from when until when. Pure.

Source: Amazon EventBridge user guide, "Setting a schedule pattern": `rate(5 minutes)`; the unit is said in the
singular of one and in the plural of more; `cron(0/3 * * * ? *)`, of minutes, hours, days of the month, months, days of
the week and years. EventBridge Scheduler API reference, CreateSchedule: a schedule without a start runs at once, one
without an end for ever; both dates are in UTC.
"""

import re
from datetime import UTC, datetime

from pipeline.gates.openapi.node import Json

_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_FIELD = re.compile(r"(?P<first>\*|\d+)(?:-(?P<last>\d+))?(?:/(?P<step>\d+))?")
EVERY = ("*", "?")
_DAY = 1440
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


def seconds_between(expression: Json) -> int | None:
    """From one run to the next; None where that is not said as a rate: `cron` and `at` name times, not how often."""
    found = _RATE.fullmatch(expression) if isinstance(expression, str) else None
    return int(found[1]) * _SECONDS[found[2]] if found else None


def runs_oftener(old: Json, new: Json) -> bool:
    """The old one is a rate, and the new one never leaves out more time than it; times of day are at all times."""
    was = seconds_between(old)
    now = seconds_between(new) or _longest_between(_times(new))
    return was is not None and now is not None and now <= was


def _times(expression: Json) -> frozenset[int]:
    """The minutes of a day at which a `cron` runs, where that is every day; none for anything else."""
    found = _CRON.fullmatch(expression) if isinstance(expression, str) else None
    if found is None or not all(each in EVERY for each in (found[3], found[4], found[5], found[6])):
        return frozenset()
    minutes, hours = _among(found[1], 60), _among(found[2], 24)
    return frozenset(hour * 60 + minute for hour in hours for minute in minutes)


def _among(field: str, number: int) -> frozenset[int]:
    """The values of a field of `cron`, of so many from 0 on: `*`, `5`, `0/3`, `8-18`, and several of them."""
    found: set[int] = set()
    for part in field.split(","):
        told = _FIELD.fullmatch(part)
        if told is None:
            return frozenset()
        first, last, step = told["first"], told["last"], told["step"]
        start = 0 if first in EVERY else int(first)
        end = int(last) if last else number - 1 if step or first in EVERY else start
        found.update(range(start, min(end, number - 1) + 1, max(int(step or 1), 1)))
    return frozenset(found)


def _longest_between(times: frozenset[int]) -> int | None:
    """Seconds from one of these minutes of a day to the next, at most, the next day's first among them."""
    ordered = sorted(times)
    pairs = zip(ordered, [*ordered[1:], *(first + _DAY for first in ordered[:1])], strict=True)
    return max(((later - sooner) * 60 for sooner, later in pairs), default=None)


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
