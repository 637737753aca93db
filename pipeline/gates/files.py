"""Which files belong to the source: what git tracks, or, in a folder without git, everything that is not ignored."""

import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.gates.context import GateBroke

# What tools leave in a folder that is not under git (a pipeline's source artifact): never part of the source.
LEFT_BEHIND = frozenset(
    {
        ".git",
        ".hypothesis",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".slipway",
        ".venv",
        "__pycache__",
        "cdk.out",
        "node_modules",
    }
)


def source_files(root: Path) -> tuple[Path, ...]:
    """Every file of the source under `root`, as sorted relative paths; never a link, never a folder."""
    return _entries(root, stat.S_ISREG)


def every_entry(root: Path) -> tuple[Path, ...]:
    """The same, with the links."""
    return _entries(root, lambda mode: stat.S_ISREG(mode) or stat.S_ISLNK(mode))


def _entries(root: Path, wanted: Callable[[int], bool]) -> tuple[Path, ...]:
    """Of each name one look at the disk: gates ask several times, and there are thousands."""
    listed = _tracked(root) if (root / ".git").exists() else _walked(root)
    found = [name for name in listed if wanted(_mode(f"{root}/{name}"))]
    return tuple(map(Path, sorted(found, key=lambda name: name.split("/"))))


def _mode(path: str) -> int:
    """What kind of entry this is; 0 for one that git knows of and that is not there."""
    try:
        return os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _tracked(root: Path) -> Iterator[str]:
    """What git tracks, and what it would track: a secret in a file that is about to be added is a secret too."""
    asked = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(asked, capture_output=True, check=False)
    if done.returncode:
        raise GateBroke(f"git could not list the files of {root}: {done.stderr.decode(errors='replace').strip()}")
    yield from (os.fsdecode(name) for name in done.stdout.split(b"\0") if name)


def _walked(root: Path) -> Iterator[str]:
    for folder, folders, names in root.walk():
        folders[:] = [name for name in folders if name not in LEFT_BEHIND]
        # A link to a folder is among the names: that is how CodeBuild's commands bring the assembly in.
        yield from ((folder / name).relative_to(root).as_posix() for name in names if name not in LEFT_BEHIND)


def source_texts(root: Path) -> Iterator[tuple[Path, str]]:
    """Every file of the source that is text, with its text."""
    for path in source_files(root):
        text = text_of(root / path)
        if text is not None:
            yield path, text


def text_of(path: Path) -> str | None:
    """The file's text, or None if it is not UTF-8 text (a NUL byte in its beginning, or undecodable)."""
    return decoded(path.read_bytes())


def decoded(raw: bytes) -> str | None:
    """The text that `raw` is, or None, as `text_of` has it."""
    if b"\0" in raw[:8_192]:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
