"""What a message says that a template holds as text. Pure."""

import json

from pipeline.gates.guard.facts.texts import written
from pipeline.gates.openapi.node import Json


def says_all_of(old: Json, new: Json) -> bool:
    """Whether the new message holds whatever the old one did, in the same places, and perhaps more.

    Both are JSON, as text; a list is the same only if nothing of it is another.
    """
    if old == new:
        return True
    try:
        was, now = json.loads(written(old)), json.loads(written(new))
    except ValueError:
        return False
    return _holds(was, now)


def _holds(old: Json, new: Json) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return all(name in new and _holds(value, new[name]) for name, value in old.items())
    return type(old) is type(new) and old == new
