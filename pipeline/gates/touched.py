"""Which tests a change touches most likely: those that it changed, and those that import a module that it changed.

It only says in which order tests are worth asking. All are asked in the end, so what it overlooks costs seconds and
hides nothing.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.history import change_of, changed_paths

_IMPORT = re.compile(r"^(?:from (?P<home>[\w.]+) import (?P<names>\([^)]*\)|[^\n]*)|import (?P<whole>[\w.]+))", re.M)
_NAME = re.compile(r"\w+")


def touched_tests(context: Context, files: Sequence[str]) -> tuple[str, ...]:
    """Those of the test files `files` that the change in `context` touches; none where nobody can tell the change."""
    try:
        change = change_of(context)
        changed = frozenset[PurePosixPath]() if isinstance(change, str) else changed_paths(change, context.root)
    except GateBroke:  # who needs the history says so (`scan`); an order of tests is no reason to ask none
        return ()
    texts = ((name, (context.root / name).read_text(errors="replace")) for name in files)
    return tuple(name for name, text in texts if is_about(PurePosixPath(name), text, changed))


def is_about(test: PurePosixPath, text: str, changed: frozenset[PurePosixPath]) -> bool:
    """Whether a file of tests with this text is among `changed`, or imports a module that is."""
    return test in changed or not changed.isdisjoint(_imported(test, text))


def _imported(test: PurePosixPath, text: str) -> Iterator[PurePosixPath]:
    """The files that its imports could mean: `from a.b import c` is one of `a/b.py` and `a/b/c.py`."""
    for found in _IMPORT.finditer(text):
        told = found["home"] or found["whole"]
        name = told.lstrip(".")
        above = [PurePosixPath(), *test.parents][len(told) - len(name) :][:1]
        for package in above:
            module = package.joinpath(*name.split("."))
            yield module.parent / f"{module.name}.py"
            yield from (module / f"{each}.py" for each in _NAME.findall(found["names"] or ""))
