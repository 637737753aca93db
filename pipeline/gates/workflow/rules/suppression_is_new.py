"""What lets findings be is told to the approver where it is new."""

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.gates.workflow.asking import lines_with
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import SUPPRESSIONS, Tree
from pipeline.record.counting import plural

_COMMENT = re.compile(
    r"#\s*(?:noqa|type: ignore|pragma: no cover|nosec|checkov:skip|ruff: noqa|mypy: ignore|pyright: ignore)"
)


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    for path in SUPPRESSIONS:
        before, after = Counter(_lines(look.base, path)), Counter(_lines(look.now, path))
        added = after - before
        if added:
            first = lines_with(look.now.texts.get(path, ""), next(iter(added)))
            yield Found(
                f"{path}:{first}", f"{added.total()} lines are new in what lets findings be: read them", told=True
            )
    yield from _comments(look.base, look.now)


def _comments(old: Tree, new: Tree) -> Iterator[Found]:
    """`noqa` and the like, in the files that changed."""
    for path in sorted(path for path in new.code if new.code[path] != old.code.get(path)):
        more = len(_COMMENT.findall(new.code[path])) - len(_COMMENT.findall(old.code.get(path, "")))
        if more > 0:
            yield Found(f"{path}:1", f"{plural(more, 'comment')} more that let findings be", told=True)


def _lines(tree: Tree, path: str) -> Iterator[str]:
    return (
        line.strip()
        for line in tree.texts.get(path, "").splitlines()
        if line.strip() and not line.strip().startswith("#")
    )


RULE = Rule(
    id="suppression-is-new",
    what="a waiver, an acknowledgement, or a `noqa`, that the base release did not have",
    why="each is a finding that nobody hears of again; an approver must have seen it. It is told, and refuses nothing",
    fix="read the reason, and whether it holds",
    models="W22",
    check=_check,
    against_base=True,
)
