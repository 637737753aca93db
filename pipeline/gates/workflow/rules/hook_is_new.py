"""No hook of pytest is new, or does something else: one of them turns red into green, another takes tests away.

Nor a fixture that a whole folder of tests gets unasked and that replaces what they test.
"""

from collections.abc import Iterator

from pipeline.gates.workflow.asking import lines_with
from pipeline.gates.workflow.counted_code import changed_in
from pipeline.gates.workflow.plugins import bending_fixtures_in, hooks_in
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    """Wherever they lie: a plugin is loaded from the pipeline's own modules, too. One that only moved is no new one."""
    if look.base is None:
        return
    old, new = look.base.code, look.now.code
    changed = changed_in(old, new)
    known = {hook for path in changed for hook in _bending(path, old.get(path, ""))}
    names = {name for name, _ in known}
    for path in sorted(changed):
        for name, said in sorted(_bending(path, new.get(path, ""))):
            if (name, said) not in known:
                what = "does something else than in the base release" if name in names else "is new"
                where = f"{path}:{lines_with(new[path], name)}"
                yield Found(where, f"{name} {what}: it may decide which tests there are, or how they end")


def _bending(path: str, source: str) -> frozenset[tuple[str, str]]:
    """A test file's own fixtures are read beside its tests; those of a conftest.py, or which it takes from somewhere,
    lie out of sight of them.
    """
    beside_its_tests = path.rsplit("/", 1)[-1].startswith("test_")
    return hooks_in(source) | (frozenset() if beside_its_tests else bending_fixtures_in(source))


RULE = Rule(
    id="hook-is-new",
    what="a hook of pytest (`pytest_…`, a `specname`, `pytest_plugins`) that is new or changed, but for a few that "
    "only add options or words; a fixture with `autouse` that replaces something, outside of a file of tests, likewise",
    why="a hook can forgive what a test asserted, take tests away behind whatever brings them back, and report red as "
    "green",
    fix="a fixture that tests ask for by its name is enough for most; where it is not, waive this first, in a change "
    "of its own. What is no hook is called something else",
    models="S11, W16",
    check=_check,
    against_base=True,
)
