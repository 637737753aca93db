"""Who must agree to a change sees it: no attribute folds it in a review, or has git show, merge or pack other bytes."""

from collections.abc import Iterator

from pipeline.gates.workflow.attributes import SET, UNSET, Attributes, Told, attributes_in
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.rules.owners_are_missing import is_owned
from pipeline.gates.workflow.tree import CODE

_FOLDS = frozenset({"linguist-generated", "linguist-vendored", "linguist-documentation", "gitlab-generated"})
_OFF = frozenset({UNSET, "false", "no", "0"})
_HUNKS = frozenset(
    {
        *(
            "ada",
            "bash",
            "bibtex",
            "cpp",
            "csharp",
            "css",
            "dts",
            "elixir",
            "fortran",
            "fountain",
            "golang",
            "html",
            "ini",
        ),
        *(
            "java",
            "kotlin",
            "markdown",
            "matlab",
            "objc",
            "pascal",
            "perl",
            "php",
            "python",
            "ruby",
            "rust",
            "scheme",
            "tex",
        ),
    }
)
"""git's own ways to find the heads of hunks: they change nothing of what is shown."""
_MERGES = frozenset({SET, "text"})
_OTHER_BYTES = frozenset({"filter", "working-tree-encoding", "ident", "export-ignore", "export-subst"})


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    now, old = attributes_in(look.now.texts), attributes_in(look.base.texts)
    if now == old:
        return
    first: dict[tuple[str, str], tuple[str, int]] = {}
    for path in filter(_is_read, look.now.paths):
        for told in _new(now, old, path):
            key = (told.where, _shown(told))
            named, count = first.get(key, (path, 0))
            first[key] = (named, count + 1)
    for (where, shown), (path, count) in first.items():
        more = f" and {count - 1} more" if count > 1 else ""
        yield Found(where, f"{shown} hides what becomes of {path}{more}")


def _is_read(path: str) -> bool:
    """Whether an owner must read the file: what decides over changes and is promised, and all code."""
    return is_owned(path) or (path.startswith(CODE) and path.endswith(".py"))


def _new(now: Attributes, old: Attributes, path: str) -> Iterator[Told]:
    before = old.of(path)
    for name, told in now.of(path).items():
        was = before.get(name)
        if _hides(told) and (was is None or was.value != told.value):
            yield told


def _hides(told: Told) -> bool:
    if told.name in _FOLDS:
        return told.value not in _OFF
    if told.name == "diff":
        return told.value != SET and told.value not in _HUNKS
    if told.name == "merge":
        return told.value not in _MERGES
    return told.name in _OTHER_BYTES and told.value != UNSET


def _shown(told: Told) -> str:
    if told.value in (SET, UNSET):
        return f"{'-' if told.value == UNSET else ''}{told.name}"
    return f"{told.name}={told.value}"


RULE = Rule(
    id="review-is-folded",
    what="new attributes of owned files or code: linguist-generated, -diff, binary, a diff or merge driver, a filter",
    why="GitHub folds what is called generated, and shows no line of what is called binary: a yes is given unread",
    fix="speak of what programs write alone; for what is owned, waive this first, in a change of its own",
    models="S10; linguist-generated",
    check=_check,
    against_base=True,
)
