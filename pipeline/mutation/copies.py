"""Clean copies of HEAD, or of the files as they lie there, each a git repository with the change as one commit on top.

Where a release came before the change, that is a commit below it.

A gate may ask git what belongs to the source and what a commit changed, so a copy has the history; its objects are
those of the repository that it was made from, and making it takes a second. It comes with the byte code of HEAD's
files, as far as copies before it at the same place have compiled it.
"""

import hashlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from pipeline.mutation import byte_code
from pipeline.mutation.catalogue import HOME
from pipeline.plan.delivery import DELIVERY

AUTHOR = ("-c", "user.name=mutation", "-c", "user.email=mutation@example.org", "-c", "commit.gpgsign=false")
GIT_SECONDS = 120
# Rows come and go without a word about the tree that they are applied to.
ROWS = f"{HOME}/".encode()


class GitFailed(Exception):
    """Git would not do what a copy needs: says which command and why."""


class Copies:
    """Copies of the commit `head` of the repository in `root`, in a folder of their own, which goes with them.

    Those for another `purpose` lie elsewhere.
    """

    def __init__(self, root: Path, *, worktree: bool = False, purpose: str = "mutation") -> None:
        """Read HEAD, and with `worktree` what is not committed, too; GitFailed if `root` has no commit."""
        self.root = Path(_git(root, "rev-parse", "--show-toplevel").strip())
        self.head = _git(self.root, "rev-parse", "--verify", "HEAD").strip()
        if worktree:
            self.head = self._as_it_lies()
        self.tree = self._tree()
        mine = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
        # Outside of the repository: tools look for settings in the folders above, and would find the original's.
        self.folder = Path(tempfile.gettempdir(), f"slipway-{purpose}-{mine}")
        self._store = self.folder / "byte-code"
        self._taken = set[str]()
        self._one = Lock()

    def _as_it_lies(self) -> str:
        """A commit of all files as they lie there, ignored ones left out; no branch and no index knows of it."""
        with tempfile.TemporaryDirectory(prefix="slipway-index-") as scratch:
            index = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
            _git(self.root, "add", "--all", environ=index)
            tree = _git(self.root, "write-tree", environ=index).strip()
        if tree == _git(self.root, "rev-parse", f"{self.head}^{{tree}}").strip():
            return self.head
        return _git(self.root, *AUTHOR, "commit-tree", tree, "-p", self.head, "-m", "not committed").strip()

    def _tree(self) -> str:
        """Twelve hex digits over all files without the catalogue."""
        listed = _git(self.root, "ls-tree", "-r", "-z", self.head).encode(errors="surrogateescape").split(b"\0")
        kept = [line for line in listed if not line.partition(b"\t")[2].startswith(ROWS)]
        return hashlib.sha256(b"\0".join(kept)).hexdigest()[:12]

    def clear(self) -> None:
        """Remove every copy, those that a killed run left included."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def remove(self) -> None:
        """Remove every copy and the folder itself."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self) -> Path:
        """A new copy, at the first place that no other has."""
        with self._one:
            place = next(name for name in map(str, itertools.count(1)) if name not in self._taken)
            self._taken.add(place)
        copy = self.folder / place
        shutil.rmtree(copy, ignore_errors=True)
        _git(self.root, "clone", "--quiet", "--shared", "--no-checkout", str(self.root), str(copy))
        _git(copy, "checkout", "--quiet", "--detach", self.head)
        names = _git(copy, "ls-files", "-z").split("\0")
        byte_code.stamp(copy, filter(None, names), byte_code.time_of(self.head))
        byte_code.lay(self._store / place, copy)
        return copy

    def commit(self, copy: Path, title: str) -> None:
        """All that lies in the copy, as one commit on top; a commit of its own also where nothing changed."""
        _git(copy, "add", "--all")
        _git(copy, *AUTHOR, "commit", "--quiet", "--no-verify", "--allow-empty", "-m", title)

    def release(self, copy: Path) -> None:
        """Let the copy's last commit be what main has: what comes after it is the change."""
        _git(copy, "update-ref", f"refs/remotes/origin/{DELIVERY.source.branch}", "HEAD")

    def take_back(self, copy: Path, title: str) -> None:
        """The files of HEAD again, as a commit on top."""
        _git(copy, "read-tree", "--reset", "-u", self.head)
        self.commit(copy, title)

    def drop(self, copy: Path) -> None:
        """Remove the copy, but for the byte code of HEAD."""
        byte_code.keep(copy, self._store / copy.name, byte_code.time_of(self.head))
        shutil.rmtree(copy, ignore_errors=True)
        with self._one:
            self._taken.discard(copy.name)


def _git(root: Path, *arguments: str, environ: Mapping[str, str] = MappingProxyType({})) -> str:
    # A variable of the caller's, as a hook has it, would lead git to another repository than the one that is named.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, check=False, env={**ours, **environ}, timeout=GIT_SECONDS)
    if done.returncode:
        raise GitFailed(f"git {' '.join(arguments[:2])}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode(errors="surrogateescape")
