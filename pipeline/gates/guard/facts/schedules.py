"""How often a schedule runs. Pure.

Source: Amazon EventBridge user guide, "Setting a schedule pattern": `rate(5 minutes)`; the unit is said in the
singular of one and in the plural of more.
"""

import re

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
