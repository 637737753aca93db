"""No hook of pytest is new, or does something else: one of them turns red into green, another takes tests away."""

from collections.abc import Iterator

from pipeline.gates.workflow.asking import lines_with
from pipeline.gates.workflow.counted_code import changed_in
from pipeline.gates.workflow.plugins import hooks_in
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    """Wherever they lie: a plugin is loaded from the pipeline's own modules, too. One that only moved is no new one."""
    if look.base is None:
        return
    old, new = look.base.code, look.now.code
    changed = changed_in(old, new)
    known = {hook for path in changed for hook in hooks_in(old.get(path, ""))}
    names = {name for name, _ in known}
    for path in sorted(changed):
        for name, said in sorted(hooks_in(new.get(path, ""))):
            if (name, said) not in known:
                what = "does something else than in the base release" if name in names else "is new"
                where = f"{path}:{lines_with(new[path], name)}"
                yield Found(where, f"{name} {what}: it may decide which tests there are, or how they end")


RULE = Rule(
    id="hook-is-new",
    what="a hook of pytest (`pytest_…`, a `specname`, `pytest_plugins`) that is new or changed, but for a few that "
    "only add options or words",
    why="a hook can forgive what a test asserted, take tests away behind whatever brings them back, and report red as "
    "green",
    fix="a fixture is enough for most; where a hook is needed, waive this first, in a change of its own. What is no "
    "hook is called something else",
    models="S11, W16",
    check=_check,
    against_base=True,
)
