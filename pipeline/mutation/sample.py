"""A few bad changes instead of all: one for each gate, others by tree, and some that a touched test stops. Pure.

A test that was made weaker still passes. What it was there to stop says whether it still does.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

from pipeline.mutation.catalogue import Change, Kind, Needs

MOST_TOUCHED = 2
"""How many changes are asked because the test that stops them was touched: each takes a minute or two."""
ANY_TEST = "tests/test_any.py:1  test anything at all: "
_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)


def sample(changes: Sequence[Change], gates: Iterable[str], seed: str, tests: Sequence[str] = ()) -> tuple[Change, ...]:
    """For each of `gates` a change that it ought to refuse and that needs no stage, no change twice; then those that
    one of `tests` (as `named_in` has them) ought to refuse.

    Which ones is decided by `seed` alone: the same text, the same sample. A gate for which no change is left has none.
    """
    shuffled = sorted(changes, key=lambda change: hashlib.sha256(f"{seed} {change.id}".encode()).digest())
    chosen: list[Change] = []
    for gate in gates:
        fitting = (change for change in shuffled if _is_business_of(gate, change) and change not in chosen)
        chosen += filter(None, [next(fitting, None)])
    touched = [change for change in shuffled if change not in chosen and _is_stopped_by(tests, change)]
    return (*chosen, *touched[:MOST_TOUCHED])


def named_in(name: str, text: str) -> tuple[str, ...]:
    """The tests of the file `name`, each as a finding of it begins: `tests/test_it.py:1  test it is so: `."""
    return tuple(f"{name}:1  {test.replace('_', ' ')}: " for test in _TEST.findall(text))


def _is_business_of(gate: str, change: Change) -> bool:
    named = any(expected.gate == gate for expected in change.expected)
    return _is_asked(change) and named


def _is_stopped_by(tests: Sequence[str], change: Change) -> bool:
    """Whether the change names one of the tests, and not just any, as what stops it."""
    named = [re.compile(expected.finding) for expected in change.expected]
    named = [pattern for pattern in named if not pattern.search(ANY_TEST)]
    return _is_asked(change) and any(pattern.search(test) for pattern in named for test in tests)


def _is_asked(change: Change) -> bool:
    return change.kind is Kind.BAD and change.needs is Needs.GATES
