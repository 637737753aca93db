"""The flag by which a stage lets out what its own checks would hold up, as its hooks are told of it. Pure."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.gates.guard.resource import Resource
from pipeline.gates.openapi.node import Json, mapped

LONGEST = timedelta(hours=24)
"""What `pipeline.hooks.break_glass` holds it to as well, with the clock that no rule has."""
SHORTEST_REASON = 10
"""Letters: a word is none that anybody could answer for later."""


@dataclass(frozen=True)
class Flag:
    """Until when, why, and whose it is; `wrong` says why it is none that may hold, empty if it may."""

    until: str
    reason: str
    owner: str
    wrong: str = ""


def flag_of(hook: Resource | None) -> Flag | None:
    """What a hook is told; None where nothing is broken."""
    told = mapped(hook.at("Environment", "Variables")).get("BREAK_GLASS") if hook else None
    return None if told is None else _flag(told)


def _flag(told: Json) -> Flag:
    try:
        given = json.loads(str(told))
        since, until, reason, owner = (str(given[name]) for name in ("since", "until", "reason", "owner"))
        lasts = datetime.fromisoformat(until) - datetime.fromisoformat(since)
    except (ValueError, KeyError, TypeError) as problem:
        return Flag("", "", "", f"it can't be read ({problem!r})")
    return Flag(until, reason, owner, _wrong(lasts, since, reason, owner))


def _wrong(lasts: timedelta, since: str, reason: str, owner: str) -> str:
    if datetime.fromisoformat(since).tzinfo is None:
        return "its hours have no zone"
    if not timedelta(0) < lasts <= LONGEST:
        return f"it holds for {lasts}, where {LONGEST} is the most"
    if len(reason.strip()) < SHORTEST_REASON:
        return f"its reason is {reason!r}"
    return "" if owner.strip() else "nobody answers for it"
