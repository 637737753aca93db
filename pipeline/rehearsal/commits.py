"""Commits of the source repository: which one is rehearsed, over which base, and a clean copy of each.

Everything is asked of `git` itself, with argument lists and no shell. A copy is what a checkout of that commit
holds and nothing else: no history, no ignored files, no leftovers.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.record.events import Commit
from pipeline.rehearsal.errors import Unreadable

LONGEST_LINE = 200
FIRST_RELEASE = "first release: there is no earlier commit to deploy first"


@dataclass(frozen=True)
class Base:
    """The release that is deployed first, None on a first release, and the sentence that says how it was chosen."""

    commit: Commit | None
    reason: str


class Repository:
    """A git repository on this machine, read only."""

    def __init__(self, root: Path) -> None:
        """Read the repository that `root` lies in; Unreadable if there is none."""
        self.root = Path(_git(root, "rev-parse", "--show-toplevel").strip())

    def commit(self, ref: str) -> Commit:
        """The commit that `ref` names; Unreadable with what to do if there is none."""
        try:
            sha = _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").strip()
        except Unreadable as problem:
            raise Unreadable(
                f"there is no commit {ref!r}",
                "name a commit, tag or branch that `git log` shows; in a shallow clone run `git fetch --unshallow`",
                file=str(self.root),
            ) from problem
        title, author = _git(self.root, "show", "--no-patch", "--format=%s%x00%an", sha).rstrip("\n").split("\0")
        return Commit(sha, _plain(title), _plain(author))

    def worktree(self) -> Commit:
        """HEAD with the uncommitted work on it."""
        return replace(self.commit("HEAD"), dirty=True)

    def text(self, commit: Commit, path: str) -> str:
        """The text of a file in `commit` (in the work tree if it is dirty); Unreadable if it is not there."""
        try:
            return (self.root / path).read_text() if commit.dirty else _git(self.root, "show", f"{commit.sha}:{path}")
        except (OSError, UnicodeDecodeError, Unreadable) as problem:
            raise Unreadable(f"can't be read in {commit.sha[:7]}: {problem}", "add it", file=path) from problem

    def uncommitted(self) -> bool:
        """Whether the work tree differs from HEAD, untracked files that git does not ignore included."""
        return bool(_git(self.root, "status", "--porcelain").strip())

    def base(self, candidate: Commit, named: str | None, main: str = "main") -> Base:
        """What is deployed before `candidate`: `named`, or else the merge base with main, or else the first parent."""
        if named is not None:
            return Base(self.commit(named), f"named with --base {named}")
        fork = self._merge_base(candidate.sha, main)
        if fork and fork != candidate.sha:
            return Base(self.commit(fork), f"where the commit left {main}")
        if fork is None or not self._parents(candidate.sha):
            self._refuse_shallow()
        if candidate.dirty:
            return Base(replace(candidate, dirty=False), "the commit that the uncommitted work stands on")
        parents = self._parents(candidate.sha)
        if not parents:
            return Base(None, FIRST_RELEASE)
        return Base(self.commit(parents[0]), "the commit before it")

    def _parents(self, sha: str) -> list[str]:
        return _git(self.root, "rev-list", "--parents", "-n", "1", sha).split()[1:]

    def _refuse_shallow(self) -> None:
        """A clone that was cut off looks like a first release, and would be delivered without a canary."""
        if _git(self.root, "rev-parse", "--is-shallow-repository").strip() == "true":
            what = "the clone is shallow, so nobody can tell what is live: the earlier commits were not fetched"
            raise Unreadable(what, "run `git fetch --unshallow`, or name --base", file=str(self.root))

    def _merge_base(self, sha: str, main: str) -> str | None:
        for branch in (f"refs/remotes/origin/{main}", f"refs/heads/{main}"):
            found = _run(self.root, "merge-base", sha, branch)
            if found.returncode == 0:
                return found.stdout.decode().strip()
        return None

    def copy(self, commit: Commit, to: Path) -> None:
        """Lay the files of `commit` (with the uncommitted work if it is dirty) into the new folder `to`."""
        to.mkdir(parents=True)
        if commit.dirty:
            self._copy_worktree(to)
        else:
            self._copy_commit(commit.sha, to)

    def _copy_commit(self, sha: str, to: Path) -> None:
        """By an index of its own, as a checkout does it: `git archive` leaves out what `export-ignore` marks."""
        with tempfile.TemporaryDirectory(prefix="slipway-index-") as folder:
            own = {"GIT_INDEX_FILE": str(Path(folder, "index")), "GIT_WORK_TREE": str(to.resolve())}
            _git(self.root, "read-tree", sha, environ=own)
            _git(self.root, "checkout-index", "--all", f"--prefix={to.resolve()}/", environ=own)

    def _copy_worktree(self, to: Path) -> None:
        listed = _git(self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
        for name in filter(None, listed.split("\0")):
            origin = self.root / name
            if not origin.exists() and not origin.is_symlink():
                continue  # tracked, and deleted in the work tree
            if name.endswith("/"):
                what = "a git repository of its own lies in the work tree, and nobody can tell what of it is meant"
                raise Unreadable(what, "name it in .gitignore, or rehearse a commit with --ref", file=name)
            if origin.is_dir() and not origin.is_symlink():
                continue  # a submodule: its files are no part of this commit, and a pipeline fetches none
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, target, follow_symlinks=False)


def _plain(text: str) -> str:
    """A line that people wrote, without what a terminal would obey, and no longer than a line."""
    cleaned = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return cleaned if len(cleaned) <= LONGEST_LINE else f"{cleaned[: LONGEST_LINE - 1]}…"


def _run(root: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False, env={**os.environ, **(environ or {})})
    except FileNotFoundError as problem:
        raise Unreadable("not on PATH", "install git", file="git") from problem


def _git(root: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> str:
    done = _run(root, *arguments, environ=environ)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip() or f"exit {done.returncode}"
        raise Unreadable(
            f"git {arguments[0]}: {said}", "run slipway inside a git repository with a commit", file=str(root)
        )
    return done.stdout.decode(errors="replace")
