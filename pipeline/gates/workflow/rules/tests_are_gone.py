"""Tests do not become fewer than in the base release, unless what they try becomes less; none is skipped.

Rows of a test that becomes a property, which makes more of them up, are told.
"""

from collections.abc import Iterator

from pipeline.gates.workflow.counted_code import (
    CASES_OF_A_FUNCTION,
    changed_in,
    functions_gone,
    is_test,
    total,
)
from pipeline.gates.workflow.properties import cases_made
from pipeline.gates.workflow.rows import touched
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import Tree


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    changed = {path for path in changed_in(look.base.code, look.now.code) if is_test(path)}
    changed |= touched(look.base.code, look.now.code, changed)
    old, new = total(look.base.code, changed), total(look.now.code, changed)
    gone = functions_gone(look.base, look.now)
    where = _where(look.base, look.now, changed)
    made = cases_made(look.base.code, look.now.code, changed)
    if (fewer := old.cases - new.cases - made) > 0:
        what = f"{fewer:,} tests fewer than in the base release, and {gone:,} functions"
        yield Found(where, what, told=fewer <= gone * CASES_OF_A_FUNCTION)
    elif new.asserts < old.asserts:
        yield Found(where, f"{old.asserts - new.asserts:,} assertions fewer than in the base release", told=True)
    if made:
        yield Found(where, f"{made:,} rows fewer, of tests that are properties now", told=True)
    if new.skips > old.skips:
        yield Found(where, f"{new.skips - old.skips:,} more places that skip tests, or expect them to fail")


def _where(base: Tree, now: Tree, changed: set[str]) -> str:
    """The test file that lost most."""

    def lost(path: str) -> int:
        return total(base.code, [path]).cases - total(now.code, [path]).cases

    return f"{max(sorted(changed), key=lost)}:1" if changed else "tests:1"


RULE = Rule(
    id="tests-are-gone",
    what="fewer tests than in the base release and no less code, a new skip or xfail",
    why="floors stand somewhat below what there is: a file of tests fits between",
    fix="bring the tests back; where fewer are right, waive this first, in a change of its own, with the reason",
    models="W16",
    check=_check,
    against_base=True,
)
