"""Who opens the folder of a change runs nothing by that: not in an editor, not in a container, not in a shell."""

from collections.abc import Iterator

from pipeline.gates.workflow.opened import is_opened, started_by
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    for path in filter(is_opened, sorted(look.now.texts)):
        known = {one.exact for one in started_by(path, look.base.texts[path])} if path in look.base.texts else set()
        for one in started_by(path, look.now.texts[path]):
            if one.exact not in known:
                yield Found(f"{path}:{one.line}", f"whoever opens the folder starts {one.what}")


RULE = Rule(
    id="folder-starts-code",
    what="a task that starts as a folder is opened, a container's commands, .envrc, hooks, that the base had not",
    why="to read a change one opens it: what it brings runs with all that the reader may do, before a line was read",
    fix="let people start it (`scripts/setup`); where it must start so, waive this first, in a change of its own",
    models="editor tasks that start by themselves; Contagious Interview 2025",
    check=_check,
    against_base=True,
)
