"""What a gate looks at, as one digest: while that stays the same, so does what the gate would say.

The source as a whole, but for the words at its top that the gate does not read; the assembly and the base release
where they are there; the gate's limits, which stand in the source; the tools, which the source's locks pin; the seed,
the day (waivers expire), the machine's kind, and what the environment tells the tools.
"""

import hashlib
import os
import platform
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.gates.context import Context
from pipeline.gates.files import LEFT_BEHIND, every_entry
from pipeline.gates.history import change_of

WORDLESS = frozenset({"unit", "contract"})
"""The gates that read neither `README.md` and its like at the top of the source, nor `.github`."""
TELLING = (
    *("HYPOTHESIS_", "LANG", "LC_", "MYPY_", "PACT_", "PYTEST_", "RUFF_", "TZ"),
    *("SLIPWAY_ADVISORIES", "SLIPWAY_FIRST_RELEASE"),
)
"""How the names of variables begin by which gates and their tools can be told something."""
OF_ASSEMBLY = frozenset({"contract", "scan", "guard"})
"""The gates that look at what was synthesized. To the others it says nothing that the source does not."""
OF_HISTORY = frozenset({"scan"})
"""The gates that look at what the change's commits brought, too."""


def digest_of_inputs(context: Context) -> str:
    """The hex SHA-256 of everything that the gate of `context` looks at."""
    digest = hashlib.sha256()
    for told in (*_circumstances(context), *_source(context), *_history(context), *_beside(context)):
        digest.update(f"{len(told)}:".encode() + told)
    return digest.hexdigest()


def _circumstances(context: Context) -> Iterator[bytes]:
    machine = (sys.version, platform.system(), platform.machine(), str(os.cpu_count()))
    told = sorted(f"{name}={value}" for name, value in context.environ.items() if name.startswith(TELLING))
    where = f"rehearsed: {context.rehearsed}, in a build: {'CODEBUILD_BUILD_ID' in context.environ}"
    for text in (repr(context.gate), str(context.seed), context.today.isoformat(), where, *machine, *told):
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
    """The assembly and the base, each by its name; one that is not there is told apart from an empty one."""
    base = context.environ.get("SLIPWAY_BASE")
    assembly = context.assembly if context.gate.name in OF_ASSEMBLY else None
    for name, folder in (("assembly", assembly), ("base", Path(base) if base else None)):
        yield name.encode()
        yield str(bool(folder and folder.is_dir())).encode()
        if folder and folder.is_dir():
            for path in sorted(_below(folder)):
                yield from _entry(folder, path)


def _history(context: Context) -> Iterator[bytes]:
    if context.gate.name in OF_HISTORY:
        change = change_of(context)
        yield repr(change if isinstance(change, str) else change.commits).encode(errors="surrogateescape")


def _below(folder: Path) -> Iterator[str]:
    """Every file below `folder`, as relative paths, but what a synthesis left there; links to folders are gone into."""
    for there, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if name == "cdk.out" or name not in LEFT_BEHIND]
        yield from (os.path.join(there, name).removeprefix(f"{folder}/") for name in names)  # noqa: PTH118


def _entry(root: Path, path: Path | str) -> Iterator[bytes]:
    whole = f"{root}/{path}"
    yield os.fsencode(path)
    mode = os.lstat(whole).st_mode
    if stat.S_ISLNK(mode):
        yield b"link " + os.fsencode(os.readlink(whole))  # noqa: PTH115  there are thousands
        return
    yield b"program" if mode & 0o111 else b"file"
    with open(whole, "rb", buffering=0) as content:  # noqa: PTH123
        yield hashlib.sha256(content.read()).digest()
