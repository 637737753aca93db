"""What a gate looks at, as one digest: while that stays the same, so does what the gate would say.

The source as a whole, but for the words at its top that the gate does not read; the assembly and the base release
where they are there; the gate's limits, which stand in the source; the tools, which the source's locks pin; the seed,
the day (waivers expire), the machine's kind, and what the environment tells the tools.
"""

import hashlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.gates.context import Context
from pipeline.gates.files import every_entry

WORDLESS = frozenset({"unit", "contract"})
"""The gates that read neither `README.md` and its like at the top of the source, nor `.github`."""
OF_A_BASE = ("cdk.out", "contracts")
"""What gates read of the base release; beside it lies what its synthesis left in its source."""
TELLING = ("HYPOTHESIS_", "LANG", "LC_", "MYPY_", "PYTEST_", "RUFF_", "TZ")
"""How the names of variables begin by which tools that gates run can be told something."""


def digest_of_inputs(context: Context) -> str:
    """The hex SHA-256 of everything that the gate of `context` looks at."""
    digest = hashlib.sha256()
    for told in (*_circumstances(context), *_source(context), *_beside(context)):
        digest.update(f"{len(told)}:".encode() + told)
    return digest.hexdigest()


def _circumstances(context: Context) -> Iterator[bytes]:
    machine = (sys.version, platform.system(), platform.machine(), str(os.cpu_count()))
    told = sorted(f"{name}={value}" for name, value in context.environ.items() if name.startswith(TELLING))
    for text in (repr(context.gate), str(context.seed), context.today.isoformat(), *machine, *told):
        yield text.encode(errors="surrogateescape")


def _source(context: Context) -> Iterator[bytes]:
    wordless = context.gate.name in WORDLESS
    for path in every_entry(context.root):
        if not (wordless and is_words(path)):
            yield from _entry(context.root, path)


def is_words(path: Path) -> bool:
    """Whether a file of the source tells people something, or GitHub: it lies in `.github`, or is a page at the top."""
    return path.parts[0] == ".github" or (len(path.parts) == 1 and path.suffix == ".md")


def _beside(context: Context) -> Iterator[bytes]:
    """The assembly and what a base is, each by its name; one that is not there is told apart from an empty one."""
    base = {f"base {part}": context.base / part for part in OF_A_BASE} if context.base else {}
    for name, folder in {"assembly": context.assembly, **base}.items():
        yield name.encode()
        yield str(folder.is_dir()).encode()
        if folder.is_dir():
            for path in sorted(_below(folder)):
                yield from _entry(folder, path)


def _below(folder: Path) -> Iterator[Path]:
    """Every file below `folder`, as relative paths; a folder that is a link is gone into (the base's contracts are)."""
    for there, _, names in os.walk(folder, followlinks=True):
        yield from (Path(there, name).relative_to(folder) for name in names)


def _entry(root: Path, path: Path) -> Iterator[bytes]:
    whole = root / path
    yield os.fsencode(path)
    if whole.is_symlink():
        yield b"link " + os.fsencode(whole.readlink())
        return
    yield b"program" if os.access(whole, os.X_OK) else b"file"
    with whole.open("rb") as content:
        yield hashlib.file_digest(content, "sha256").digest()
