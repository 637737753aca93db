"""A few bad changes instead of all: one for each gate, others with each tree. Pure."""

import hashlib
from collections.abc import Iterable, Sequence

from pipeline.mutation.catalogue import Change, Kind, Needs


def sample(changes: Sequence[Change], gates: Iterable[str], seed: str) -> tuple[Change, ...]:
    """For each of `gates` a change that it ought to refuse and that needs no stage, no change twice.

    Which ones is decided by `seed` alone: the same text, the same sample. A gate for which no change is left has none.
    """
    shuffled = sorted(changes, key=lambda change: hashlib.sha256(f"{seed} {change.id}".encode()).digest())
    chosen: list[Change] = []
    for gate in gates:
        fitting = (change for change in shuffled if _is_business_of(gate, change) and change not in chosen)
        chosen += filter(None, [next(fitting, None)])
    return tuple(chosen)


def _is_business_of(gate: str, change: Change) -> bool:
    named = any(expected.gate == gate for expected in change.expected)
    return change.kind is Kind.BAD and change.needs is Needs.GATES and named
