"""The byte code of HEAD's files: kept where copies are made, so that not each of them compiles everything anew.

Whoever works on a change has it, too: a checkout that has run a test once keeps it beside the sources. It belongs to a
path, as pytest writes that into what it compiles, and to a time, as Python compares the source's with what it noted
(https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation). So the files of HEAD all get one time,
which nothing else has; what a change writes has another, is compiled by itself, and is not kept.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

HOME = "__pycache__"
MTIME = slice(8, 12)
"""Where a file of byte code notes when its source was written: seconds in four bytes, the lowest first (PEP 552)."""
_YEAR_2000 = 946_684_800
_DIGITS = 7


def time_of(head: str) -> int:
    """When the files of the commit `head` were written, as its copies have it: seconds, another for another commit.

    Tools that keep things between sweeps (mypy, ruff) take a file for unchanged that has its time and length still.
    """
    return _YEAR_2000 + int(head[:_DIGITS], 16)


def stamp(root: Path, names: Iterable[str], seconds: int) -> None:
    """Let the files `names` of `root` be of that time; links are left alone."""
    for name in names:
        os.utime(root / name, (seconds, seconds), follow_symlinks=False)


def keep(root: Path, store: Path, seconds: int) -> None:
    """Put byte code of `root` whose source is of that time into `store`, unless it is there."""
    for found in _byte_code(root):
        kept = store / found.relative_to(root)
        if not kept.exists() and _is_of(found, seconds):
            kept.parent.mkdir(parents=True, exist_ok=True)
            os.link(found, kept)  # whoever writes byte code puts a new file in its place


def lay(store: Path, root: Path) -> None:
    """Put what `store` has beside its sources in `root`; a folder that is not there stays so."""
    for kept in _byte_code(store):
        given = root / kept.relative_to(store)
        if given.parent.parent.is_dir():
            given.parent.mkdir(exist_ok=True)
            os.link(kept, given)


def _byte_code(root: Path) -> Iterator[Path]:
    for there, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name == HOME or not name.startswith((".", "cdk.out"))]
        if Path(there).name == HOME:
            yield from (Path(there, name) for name in names if name.endswith(".pyc"))


def _is_of(file: Path, seconds: int) -> bool:
    with file.open("rb") as content:
        return content.read(MTIME.stop)[MTIME] == seconds.to_bytes(4, "little")
