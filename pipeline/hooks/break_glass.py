"""Break-glass: a stage's flag by which a fix goes out that its own checks would hold up, logged, and for a day at most.

While it holds, an alarm that is red already does not keep a version from taking traffic, and one that nobody asked, or
of which too little was seen, or that the judge thinks is worse, goes on; each is logged as an error. Whether the new
version answers, and whether there is a way back, is asked as ever. Outside of its hours no version goes on at all, so
that a flag that was forgotten stops the next release and not the one after an accident.

Environment: BREAK_GLASS, a JSON object with `since` and `until` (ISO 8601 with a zone), `reason` and `owner`.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.hooks.answer import Refused

LOG = logging.getLogger(__name__)

NAME = "BREAK_GLASS"
LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class BreakGlass:
    """From when to when, why, and who answers for it."""

    since: datetime
    until: datetime
    reason: str
    owner: str


def broken(environment: Mapping[str, str], now: datetime) -> BreakGlass | None:
    """The flag, if there is one; Refused if it is not in force or can't be read: nothing gets through by accident."""
    if NAME not in environment:
        return None
    try:
        told = json.loads(environment[NAME])
        since, until = (datetime.fromisoformat(told[name]) for name in ("since", "until"))
        flag = BreakGlass(since, until, told["reason"], told["owner"])
        held = since <= now <= until <= since + LONGEST
    except (ValueError, KeyError, TypeError) as problem:
        raise Refused(
            [f"{NAME} can't be read: {problem!r}; take it out of the plan, or give it as the plan does"]
        ) from None
    if not held:
        raise Refused(
            [f"{NAME} holds from {since} to {until}, {LONGEST} at most, and not now: take it out of the plan"]
        )
    return flag


def let_through(flag: BreakGlass | None, objections: Sequence[str]) -> list[str]:
    """The objections that still count: none while the glass is broken, when each is logged instead."""
    if flag is None:
        return list(objections)
    for each in objections:
        LOG.error("let through by break-glass: %s", each, extra={"reason": flag.reason, "owner": flag.owner})
    return []
