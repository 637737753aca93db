"""What one event pattern takes and another does not. Pure.

Source: Amazon EventBridge user guide, "Event patterns": a field that a pattern does not name may hold anything; of the
values that it lists, one is enough.
"""

from collections.abc import Iterator

from pipeline.gates.guard.values import said
from pipeline.gates.openapi.node import Json, listed


def taken_alone_by(old: Json, new: Json, place: str = "") -> Iterator[str]:
    """What `old` takes and `new` does not, in words: values that are gone, and conditions that are more."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from (f"all without {place}{name}" for name in new.keys() - old.keys())
        for name in old.keys() & new.keys():
            yield from taken_alone_by(old[name], new[name], f"{place}{name}.")
    elif old != new and new is not None:
        before, after = listed(old) or [old], listed(new) or [new]
        yield from (f"{place[:-1]} {said(value)}" for value in before if value not in after)
