"""The zips that Lambda runs, built without Docker and byte for byte the same each time.

The vendored part (the hashed lock, wheels for Linux on arm64) is kept by the lock's hash, and the finished zip by the
hash of everything in it, so that a second synthesis only reads the sources. Entries are sorted and carry no clock
time. Code is compiled with unchecked-hash `.pyc` files: they stay valid whatever the file times are after unzipping,
and a cold start does not compile.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.cloud import sdk

PYTHON = (3, 13)
PLATFORM = "aarch64-manylinux_2_28"
KEPT, KEPT_FOR_S = 20, 3_600
"""How many zips are kept, those used last; and how long each is at least: a synthesis at its side may be using it."""
RECIPE = Path(__file__).read_bytes() + Path(sdk.__file__).read_bytes()
"""How zips are made, which is these files: a part of every cache key, so that a changed way makes new zips."""

UNCOMPILED = "*** Error compiling "
"""How compileall begins to say that a file is no Python; it ends with 1 for a full disk too."""
UNANSWERED = re.compile(
    r"^ *(?:Caused by|cause): (?:error sending request|error decoding response body|request or response body error"
    r"|operation timed out|HTTP status server error|HTTP status client error \((?:408|429) )"
    r"|\bthe network was disabled\b|\bNetwork connectivity is disabled\b",
    re.MULTILINE,
)
"""What uv says of an index that gave no answer: no connection, none in time, cut off, 5xx, come back later, offline.

What it does not match is about the lock: a version that is nowhere, a hash that is another, a wheel that is not made.
"""
_LOCKED = re.compile(
    r"#.*|(?:[A-Za-z0-9][\w.-]*(?:\[[\w,.-]+\])?==[\w.+!-]+(?: *;[^@]*?)?)?(?: *--hash=sha256:[0-9a-f]{64})*(?: *\\)?"
)
NOT_ASKED = re.compile(r"^pipeline/judge/(?:others/|sight\.py$)")
"""What the hooks do not judge by: others' rules, and what a judge could see of a plan."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BundleFailed(Exception):
    """A zip could not be built: what was tried and what it said."""


class IndexUnreachable(BundleFailed):
    """The package index gave no answer, which says nothing of the lock. The gates know this class by its name."""


class NotPython(Exception):
    """What is to be delivered does not compile: where and why. The fault of the source, not of who builds it."""


class NotLocked(Exception):
    """The lock says where a package comes from, or by which settings: whoever wrote that decides what is delivered."""


@dataclass(frozen=True)
class Bundles:
    """The finished zips: the delivered service, and the CodeDeploy hooks with the judge (and no other's rules)."""

    service: Path
    hooks: Path


def build(root: Path, home: Path) -> Bundles:
    """Both zips for the checkout at `root`, from `home` (a cache of this user alone) or newly made."""
    if sys.version_info[:2] != PYTHON:
        raise BundleFailed(f"synthesize with Python 3.13, the functions' own version; this is {sys.version.split()[0]}")
    lock = (root / "locks/lambda.txt").read_text()
    if strange := _elsewhere(lock):
        raise NotLocked(f"locks/lambda.txt: {strange!r} is no version and no hash; scripts/lock writes nothing else")
    vendored = _cached(home / "vendor", [("requirements.txt", lock.encode())], lambda to: _vendor(lock, to))
    service = [*_sources(root, "api"), ("contracts/openapi.yaml", (root / "contracts/openapi.yaml").read_bytes())]
    hooks = [
        ("pipeline/__init__.py", (root / "pipeline/__init__.py").read_bytes()),
        *_sources(root, "pipeline/hooks"),
        *(each for each in _sources(root, "pipeline/judge") if not NOT_ASKED.search(each[0])),
    ]
    return Bundles(  # the hooks change seldom, so they are used before a changed service makes room for itself
        hooks=_cached(home / "bundles", hooks, lambda to: _pack(hooks, to)),
        service=_cached(
            home / "bundles", [*service, ("", vendored.name.encode())], lambda to: _pack(service, to, vendored)
        ),
    )


def _sources(root: Path, folder: str) -> list[tuple[str, bytes]]:
    """The files below `folder` by their path from `root`; never byte code, which would change the digest."""
    files = [each for each in sorted((root / folder).rglob("*")) if each.is_file() and "__pycache__" not in each.parts]
    return [(file.relative_to(root).as_posix(), file.read_bytes()) for file in files]


type Entry = tuple[str, bytes]


def _cached(folder: Path, content: Sequence[Entry], make: Callable[[Path], None]) -> Path:
    """The zip of `content` in `folder`, made (and put there in one step) unless it is there."""
    finished = folder / f"{_digest(content)}.zip"
    if not _used(finished):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as making:
            unfinished = Path(making) / finished.name
            make(unfinished)
            unfinished.replace(finished)
        with suppress(OSError):  # another synthesis clears away the same ones
            _prune(folder)
    return finished


def _used(finished: Path) -> bool:
    """Whether the zip is there; then it counts as used now."""
    try:
        os.utime(finished)
    except OSError:
        return finished.exists()
    return True


def _prune(folder: Path) -> None:
    """Forget all but the zips used last: every changed line of the service makes one."""
    last_first = sorted(((each.stat().st_mtime, each) for each in folder.glob("*.zip")), reverse=True)
    for used, each in last_first[KEPT:]:
        if last_first[0][0] - used > KEPT_FOR_S:
            each.unlink(missing_ok=True)


def _digest(content: Sequence[Entry]) -> str:
    digest = hashlib.sha256(RECIPE + sys.version.encode())
    for name, data in content:
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:32]


def _vendor(lock: str, finished: Path) -> None:
    """Install the wheels of `lock` for Lambda's platform, compile and zip them, with the lock as requirements.txt.

    Lambda has an SDK of its own, whose version is whatever it is that day, with the data of all services (see `sdk`).
    """
    target = finished.parent / "vendored"
    requirements = target / "requirements.txt"
    target.mkdir()
    requirements.write_text(lock)
    _install(requirements, target)
    shutil.rmtree(target / "bin", ignore_errors=True)
    (target / ".lock").unlink(missing_ok=True)
    sdk.trim(target)
    _compile(target)
    _zip(_files(target), finished)


def _elsewhere(lock: str) -> str:
    """The first line of a lock that is neither a version, nor a hash, nor a comment; empty if there is none."""
    said = (line.partition(" #")[0].strip() for line in lock.splitlines())
    return next((line for line in said if line and not _LOCKED.fullmatch(line)), "")


def _install(requirements: Path, target: Path) -> None:
    """Put the wheels of `requirements` into `target`; IndexUnreachable where they could not be asked for."""
    try:
        _run(
            *("uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
            *("--python-platform", PLATFORM, "--python-version", ".".join(map(str, PYTHON)), "--link-mode", "copy"),
            *("--target", str(target), "--requirements", str(requirements)),
        )
    except BundleFailed as failed:
        if UNANSWERED.search(str(failed)):
            todo = "connect, or name an index that answers in UV_DEFAULT_INDEX, then run again"
            raise IndexUnreachable(f"the package index gave no answer: {failed}\n{todo}") from failed
        raise


def _pack(sources: Sequence[Entry], finished: Path, base: Path | None = None) -> None:
    """Zip `sources` with their byte code, behind the entries of the zip `base` if there is one."""
    tree = finished.parent / "sources"
    for name, data in sources:
        file = tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    _compile(tree)
    if base is not None:
        shutil.copyfile(base, finished)
    _zip(_files(tree), finished)


def _compile(tree: Path) -> None:
    """Compile in a fresh interpreter: what a process has imported before changes the bytes that it marshals."""
    try:
        _run(
            *(sys.executable, "-I", "-m", "compileall", "-q", "-j", "1", "--invalidation-mode", "unchecked-hash"),
            *("-s", str(tree), "-p", "/var/task", str(tree)),
        )
    except BundleFailed as failed:
        if UNCOMPILED in str(failed):
            told = str(failed).partition(UNCOMPILED)[2].replace(f"{tree}/", "").replace("/var/task/", "")
            raise NotPython(f"the service does not compile: {told.strip()}") from failed
        raise


def _files(tree: Path) -> Iterator[Entry]:
    for file in sorted(tree.rglob("*"), key=lambda each: each.relative_to(tree).as_posix()):
        if file.is_file():
            yield file.relative_to(tree).as_posix(), file.read_bytes()


def _zip(entries: Iterable[Entry], finished: Path) -> None:
    with zipfile.ZipFile(finished, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)


def _run(*command: str) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": "0"}, check=False
    )
    if done.returncode != 0:
        raise BundleFailed(f"{' '.join(command[:4])} … exited with {done.returncode}:\n{done.stderr or done.stdout}")
