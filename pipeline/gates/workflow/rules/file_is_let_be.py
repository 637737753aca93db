"""No comment silences a linter, the types or the coverage for a whole file or class that the base release had seen."""

from collections import Counter
from collections.abc import Iterator

from pipeline.gates.workflow.counted_code import changed_in
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.silenced import silenced_in


def _check(look: Look) -> Iterator[Found]:
    """One that moved with its file is no new one."""
    if look.base is None:
        return
    old, new = look.base.code, look.now.code
    changed = sorted(changed_in(old, new))
    left = Counter(said for path in changed if path not in new for _, said in silenced_in(old[path]))
    for path in changed:
        mine = Counter(said for _, said in silenced_in(old.get(path, "")))
        for line, said in silenced_in(new.get(path, "")):
            if mine[said] > 0:
                mine[said] -= 1
            elif path not in old and left[said] > 0:
                left[said] -= 1
            else:
                yield Found(f"{path}:{line}", f"`{said[:80]}` lets a whole file, class or block be")


RULE = Rule(
    id="file-is-let-be",
    what="a comment that silences ruff, mypy or coverage for a whole file, a class or a block of functions, and that "
    "the base release has not: `ruff: noqa`, `mypy: …`, `type: ignore` at the top, `no cover` on a class",
    why="it lets be what is found there today, and all that will ever be",
    fix="mend what is found; where one thing must be let be, say so at its line (`noqa: …`, with a reason), or waive "
    "this first, in a change of its own",
    models="W22",
    check=_check,
    against_base=True,
)
