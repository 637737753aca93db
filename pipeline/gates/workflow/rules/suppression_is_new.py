"""What lets findings be is told to the approver where it is new."""

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.gates.workflow.asking import lines_with, settings_in
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import SUPPRESSIONS, Tree
from pipeline.record.counting import plural

_TABLES = {
    "tool.ruff": ("exclude", "extend-exclude", "force-exclude"),
    "tool.ruff.lint": ("ignore", "extend-ignore", "exclude"),
    "tool.mypy": ("exclude", "ignore_errors", "disable_error_code"),
    "tool.coverage.run": ("omit",),
    "tool.coverage.report": ("omit", "exclude_lines", "exclude_also"),
}
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
    yield from _settings(look.base, look.now)
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


def _settings(old: Tree, new: Tree) -> Iterator[Found]:
    text = new.texts.get("pyproject.toml", "")
    for table, names in _TABLES.items():
        for name in names:
            added = [one for one in _listed(new, table, name) if one not in _listed(old, table, name)]
            if added:
                where = f"pyproject.toml:{lines_with(text, added[0])}"
                yield Found(where, f"[{table}] {name} lets be, newly, {', '.join(added)}", told=True)


def _listed(tree: Tree, table: str, name: str) -> list[str]:
    told: object = settings_in(tree.texts.get("pyproject.toml", ""))
    for part in (*table.split("."), name):
        told = told.get(part) if isinstance(told, dict) else None
    return [str(one) for one in told] if isinstance(told, list) else [str(told)] if told else []


RULE = Rule(
    id="suppression-is-new",
    what="a waiver, an acknowledgement, an exclusion of a linter, or a `noqa`, that the base release did not have",
    why="each is a finding that nobody hears of again; an approver must have seen it. It is told, and refuses nothing",
    fix="read the reason, and whether it holds",
    models="W22",
    check=_check,
    against_base=True,
)
