"""Tests do not become fewer than in the base release, unless what they try becomes less; none is skipped or bent."""

from collections.abc import Iterator

from pipeline.gates.workflow.counted_code import Counted, counted_in, is_test
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import Tree

CASES_OF_A_FUNCTION = 25
"""How many tests may go with each function that they tried."""


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    changed = {
        path for path in {*look.base.code, *look.now.code} if look.base.code.get(path) != look.now.code.get(path)
    }
    old, new = _total(look.base, changed, tests=True), _total(look.now, changed, tests=True)
    gone = _total(look.base, changed, tests=False).functions - _total(look.now, changed, tests=False).functions
    where = _where(look.base, look.now, changed)
    if (fewer := old.cases - new.cases) > 0:
        what = f"{fewer:,} tests fewer than in the base release, and {max(gone, 0):,} functions"
        yield Found(where, what, told=fewer <= gone * CASES_OF_A_FUNCTION)
    elif new.asserts < old.asserts:
        yield Found(where, f"{old.asserts - new.asserts:,} assertions fewer than in the base release", told=True)
    if new.skips > old.skips:
        yield Found(where, f"{new.skips - old.skips:,} more places that skip tests, or expect them to fail")
    for hook in sorted(set(new.hooks) - set(old.hooks)):
        yield Found(where, f"{hook} is new: it decides which tests there are, or how they end")


def _total(tree: Tree, paths: set[str], *, tests: bool) -> Counted:
    counted = [counted_in(tree.code[path]) for path in sorted(paths) if path in tree.code and is_test(path) is tests]
    return sum(counted, Counted())


def _where(base: Tree, now: Tree, changed: set[str]) -> str:
    """The test file that lost most."""

    def lost(path: str) -> int:
        return counted_in(base.code.get(path, "")).cases - counted_in(now.code.get(path, "")).cases

    tests = sorted(filter(is_test, changed))
    return f"{max(tests, key=lost)}:1" if tests else "tests:1"


RULE = Rule(
    id="tests-are-gone",
    what="fewer tests than in the base release and no less code, a new skip or xfail, a new hook that bends results",
    why="floors stand somewhat below what there is: a file of tests fits between; and a hook can turn red into green",
    fix="bring the tests back; where fewer are right, waive this first, in a change of its own, with the reason",
    models="W16",
    check=_check,
    against_base=True,
)
