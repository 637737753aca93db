"""What tools said, kept in files whose names say what they were asked, each with a digest of itself."""

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from pipeline.gates.output import write_atomically

KEPT = 200
"""So many answers, the ones that were needed last: a template that is tried and given up must not push out main's."""


def kept_answer(cache: Path, tool: str, asked: str, package: str = "") -> Path:
    """Where it is kept what `tool` said of `asked`; `package` is what brings it, if that is called otherwise."""
    return cache / "scan" / f"{tool}-{metadata.version(package or tool)}-{asked}.txt.gz"


def digest_of(root: Path, files: Iterable[Path]) -> str:
    """Of all the files by their names below `root` and their bytes; one that is not there counts as an empty one."""
    whole = hashlib.sha256()
    for name in files:
        told = (root / name).read_bytes() if (root / name).is_file() else b""
        whole.update(f"{name}\0{len(told)}\0".encode(errors="surrogateescape") + told)
    return whole.hexdigest()


def recall(kept: Path) -> str | None:
    """The text in the file `kept`; None if there is none, or it was spoiled. It was needed now, so it stays."""
    try:
        digest, _, said = gzip.decompress(kept.read_bytes()).decode().partition("\n")
        os.utime(kept)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        return None
    return said if digest == hashlib.sha256(said.encode()).hexdigest() else None


def keep(kept: Path, said: str) -> None:
    """Remember `said` in the file `kept`, and forget what was needed longest ago of all that lies beside it."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(kept, gzip.compress(f"{hashlib.sha256(said.encode()).hexdigest()}\n{said}".encode()))
    # Other sweeps of this machine may keep and clear at the same moment.
    moments = [(moment, path) for path in kept.parent.glob("*.txt*") if (moment := _moment(path)) is not None]
    for _, path in sorted(moments, reverse=True)[KEPT:]:
        path.unlink(missing_ok=True)


def _moment(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None
