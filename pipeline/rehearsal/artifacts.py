"""The artifacts of an execution: what actions hand on, kept so that nobody can change it unseen.

An artifact is one uncompressed tar file. CodePipeline keeps a zip; a tar keeps modes, links and times too (a build tool
that compares times would be fooled otherwise), and without compression it costs one sequential write and read. Each
file is read once when it is kept, for both digests: that of the content (names, modes, bytes: the same for the same
tree, whenever it was made) is what people see and approve, that of the tar file is checked again before every use.
Every action that takes an artifact gets a tree of its own.
"""

import hashlib
import os
import stat
import tarfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.rehearsal import trees
from pipeline.rehearsal.errors import Broke, Refused


@dataclass(frozen=True)
class Artifact:
    """An artifact: `digest` is of its content, `seal` of the file that keeps it, both hex SHA-256."""

    name: str
    file: Path
    digest: str
    seal: str
    files: int
    size: int


class ArtifactStore:
    """Keeps artifacts in `folder`, which must exist and be empty. Safe to share among threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, Artifact] = {}
        self._lock = threading.Lock()

    @property
    def digests(self) -> Mapping[str, str]:
        """The content digest of every artifact so far."""
        with self._lock:
            return {name: artifact.digest for name, artifact in self._kept.items()}

    def keep(self, name: str, tree: Path) -> Artifact:
        """Keep the folder `tree` as the artifact `name`; Refused if it holds nothing or something that is no file."""
        file = self._folder / f"{name}.tar"
        content = hashlib.sha256()
        count = size = 0
        with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as tar:
            for path in trees.walk(tree):
                entry = path.lstat()
                relative = path.relative_to(tree).as_posix()
                kind = trees.kind_of(entry.st_mode)
                if kind is None:
                    raise Refused(f"the artifact {name} holds {relative}, which is {trees.STRANGE}; leave it out")
                content.update(trees.header(relative, kind))
                content.update(_add(tar, path, relative, entry))
                count += not stat.S_ISDIR(entry.st_mode)
                size += entry.st_size if stat.S_ISREG(entry.st_mode) else 0
        if count == 0:
            file.unlink()
            raise Refused(f"the artifact {name} is empty; the action must make what the next ones take")
        artifact = Artifact(name, file, content.hexdigest(), _seal(file), count, size)
        with self._lock:
            self._kept[name] = artifact
        return artifact

    def lay_out(self, name: str, to: Path) -> Path:
        """Fill the new folder `to` with the artifact `name`; Broke if it isn't what it was when it was kept."""
        artifact = self._kept.get(name)
        if artifact is None:
            raise Broke(f"the artifact {name} was never made, though the order says it was")
        self._check(artifact)
        to.mkdir(parents=True)
        with tarfile.open(artifact.file) as tar:
            tar.extractall(to, filter="tar")
        return to

    def _check(self, artifact: Artifact) -> None:
        try:
            seal = _seal(artifact.file)
        except OSError as problem:
            raise Broke(
                f"the artifact {artifact.name} can't be read: {problem}; run again from the source"
            ) from problem
        if seal != artifact.seal:
            raise Broke(
                f"the artifact {artifact.name} was changed after it was made: SHA-256 {seal[:12]}…, "
                f"made as {artifact.seal[:12]}…; nothing was deployed from it, run again from the source"
            )


class Inputs(Mapping[str, Path]):
    """The input artifacts of one action: each is laid out, and its digest checked, when it is first asked for."""

    def __init__(self, store: ArtifactStore, names: tuple[str, ...], folder: Path) -> None:
        self._store = store
        self._names = names
        self._folder = folder
        self._ready: dict[str, Path] = {}

    def __getitem__(self, name: str) -> Path:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._ready:
            self._ready[name] = self._store.lay_out(name, self._folder / name)
        return self._ready[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _add(tar: tarfile.TarFile, path: Path, relative: str, entry: os.stat_result) -> bytes:
    """Add one entry to the tar file; the digest of what it holds."""
    told = tar.gettarinfo(path, relative)
    # Two names of one file would become a link, which the second reader could not lay out alone.
    if told.islnk():
        told.type, told.linkname, told.size = tarfile.REGTYPE, "", entry.st_size
    told.uid = told.gid = 0
    told.uname = told.gname = ""
    if not told.isreg():
        tar.addfile(told)
        return hashlib.sha256(os.fsencode(told.linkname)).digest()
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").digest()
        content.seek(0)
        tar.addfile(told, content)
    return digest


def _seal(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
