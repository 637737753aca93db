"""What a folder holds, as one digest: of names, modes and bytes, the same for the same tree whenever it was made."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

STRANGE = "neither a file, a folder nor a link"
_EXECUTABLE = 0o100


def digest_of(tree: Path) -> str:
    """The hex SHA-256 of everything below `tree`; ValueError names what is neither a file, a folder nor a link."""
    content = hashlib.sha256()
    for path in walk(tree):
        relative = path.relative_to(tree).as_posix()
        kind = kind_of(path.lstat().st_mode)
        if kind is None:
            raise ValueError(f"{relative} is {STRANGE}")
        content.update(header(relative, kind))
        content.update(_held_by(path, kind))
    return content.hexdigest()


def walk(tree: Path) -> Iterator[Path]:
    """Everything below `tree`, each folder before what it holds, in the order of the names."""
    with os.scandir(tree) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = Path(entry.path)
        yield path
        if entry.is_dir(follow_symlinks=False):
            yield from walk(path)


def kind_of(mode: int) -> str | None:
    """What an entry of this mode is, in a word; None for a device, a pipe or a socket."""
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_ISREG(mode):
        return "program" if mode & _EXECUTABLE else "file"
    return None


def header(relative: str, kind: str) -> bytes:
    """What goes into a digest before the bytes of an entry: no name can be read as another's."""
    return f"{relative}\0{kind}\0".encode(errors="surrogateescape")


def _held_by(path: Path, kind: str) -> bytes:
    """The digest of what an entry holds; of a folder that is nothing, its entries follow."""
    if kind == "folder":
        return hashlib.sha256(b"").digest()
    if kind == "link":
        return hashlib.sha256(os.fsencode(path.readlink())).digest()
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()
