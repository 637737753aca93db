"""What the commits of a change brought: every version of every file, also those that a later commit took out again.

What a commit holds is published with it: whoever fetches the branch has it, whatever its last commit says. A change is
what lies between the base and the commit itself, as git has it; a build that was given the files alone has no history.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.gates.context import Context, GateBroke
from pipeline.plan.delivery import DELIVERY

MESSAGE = Path("commit-message.txt")
"""The name under which the words of a commit are looked at."""
NONE_HERE = "no history here: the build was given the files alone"
CUT_OFF = "no history here: the clone is shallow (git fetch --unshallow)"
_BLOB_HEADER_PARTS = 3


@dataclass(frozen=True)
class Change:
    """The repository, and which commits are the change: as `git rev-list` takes them."""

    repository: Path
    commits: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """What a file once held, or what a commit says; `object_id` is git's name of it."""

    path: Path
    content: bytes
    object_id: str


def change_of(context: Context) -> Change | str:
    """The change that the gate looks at; or why nobody knows it."""
    return change_at(context.root, context.environ)


def change_at(root: Path, environ: Mapping[str, str]) -> Change | str:
    """The change that the source in `root` is looked at for; or why nobody knows it.

    `SLIPWAY_HISTORY` and `SLIPWAY_CHANGE` say it to a build, which has no repository: the repository's folder, and the
    commits as `BASE..COMMIT`. In a repository it is what HEAD has and main has not; on main, what its last commit
    brought.
    """
    told, commits = environ.get("SLIPWAY_HISTORY"), environ.get("SLIPWAY_CHANGE")
    if told and commits:
        return Change(Path(told), tuple(commits.split()))
    if not (root / ".git").exists():
        return NONE_HERE
    return _change_in(root)


def versions_in(change: Change) -> tuple[Version, ...]:
    """Every version of a file that the change's commits brought, and every commit's message."""
    named = dict(_object_and_path(line) for line in _git(change, "rev-list", "--objects", *change.commits).splitlines())
    names = [name for name, path in named.items() if path]
    contents = _blobs(change, names)
    files = [Version(Path(named[name]), content, name) for name, content in contents.items()]
    told = _git(change, "log", "-z", "--format=%H%n%B", *change.commits).split("\0")
    said = [one.partition("\n") for one in told if one]
    messages = [Version(MESSAGE, text.encode(errors="surrogateescape"), commit) for commit, _, text in said]
    return (*files, *messages)


def changed_paths(change: Change, root: Path) -> frozenset[PurePosixPath]:
    """The files that the change touched, those that are gone included; in a repository's own folder `root`, also what
    is not committed there."""
    asked = [("log", "--name-only", "--no-renames", "--format=", "-z", *change.commits)]
    if root.samefile(change.repository):
        asked += [("diff", "--name-only", "-z", "HEAD"), ("ls-files", "-z", "--others", "--exclude-standard")]
    return frozenset(
        PurePosixPath(name) for arguments in asked for name in _git(change, *arguments).split("\0") if name.strip()
    )


def commit_of(change: Change, version: Version) -> str:
    """The first commit of the change that has this version, shortened."""
    if version.path == MESSAGE:
        return version.object_id[:8]
    found = _git(
        change, "log", "--reverse", "--format=%H", f"--find-object={version.object_id}", *change.commits
    ).split()
    return found[0][:8] if found else "the change"


def _change_in(root: Path) -> Change | str:
    here = Change(root, ())
    head = _git(here, "rev-parse", "HEAD").strip()
    main = DELIVERY.source.branch
    for branch in (f"refs/remotes/origin/{main}", f"refs/heads/{main}"):
        fork = _run(here, "merge-base", head, branch).stdout.decode().strip()
        if fork and fork != head:
            return Change(root, (f"{fork}..{head}",))
    parents = _git(here, "rev-list", "--parents", "-n", "1", head).split()[1:]
    if parents:
        return Change(root, (f"{parents[0]}..{head}",))
    if _git(here, "rev-parse", "--is-shallow-repository").strip() == "true":
        return CUT_OFF
    return Change(root, (head,))


def _object_and_path(line: str) -> tuple[str, str]:
    name, _, path = line.partition(" ")
    return name, path


def _blobs(change: Change, names: list[str]) -> dict[str, bytes]:
    """The contents of those objects that are files, by their names: `<name> blob <size>`, the bytes, a newline, …"""
    answer = _run(change, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
    if answer.returncode:
        raise GateBroke(f"git cat-file: {answer.stderr.decode(errors='replace').strip()}")
    found, said, at = {}, answer.stdout, 0
    while at < len(said):
        end = said.index(b"\n", at)
        parts = said[at:end].decode().split()
        if len(parts) != _BLOB_HEADER_PARTS:
            raise GateBroke(f"git has not all of the change: {' '.join(parts)}")
        name, kind, size = parts[0], parts[1], int(parts[2])
        if kind == "blob":
            found[name] = said[end + 1 : end + 1 + size]
        at = end + size + 2
    return found


def _git(change: Change, *arguments: str) -> str:
    done = _run(change, *arguments)
    if done.returncode:
        raise GateBroke(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode(errors="surrogateescape")


def _run(change: Change, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(change.repository), "-c", "core.quotePath=false", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False)
