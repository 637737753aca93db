"""Whatever a workflow runs of others is pinned by its content, and its commit stands in `.github/actions.lock.toml`."""

import re
from collections.abc import Iterator
from datetime import timedelta

from pipeline.gates.workflow.actions_lock import FILE, Lock, lock_in
from pipeline.gates.workflow.required import NotReadable
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import Tree

COOLING_DAYS = 7
_SHA = re.compile(r"[0-9a-f]{40}")
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


def _check(look: Look) -> Iterator[Found]:
    try:
        lock = lock_in(look.now.texts)
    except NotReadable as problem:
        yield Found(f"{FILE}:1", f"it can't be read: {problem}")
        return
    for path, line, uses, comment in _used(look.now):
        yield from (Found(f"{path}:{line}", what) for what in _wrong(look.now, lock, uses, comment))
    yield from _images(look.now)
    yield from _dates(look, lock)


def _used(tree: Tree) -> Iterator[tuple[str, int, str, str]]:
    for path, step in tree.steps():
        if step.uses:
            yield path, step.line, step.uses, step.comment
    for workflow, job in tree.jobs():
        if job.uses:
            node = job.node.at("uses")
            line = node.line if node else job.line
            text = workflow.text.splitlines()[line - 1]
            yield workflow.path, line, job.uses, text.partition(" #")[2].strip()


def _wrong(tree: Tree, lock: Lock, uses: str, comment: str) -> Iterator[str]:
    if uses.startswith("./"):
        folder = uses.removeprefix("./").rstrip("/")
        there = any(path == folder or path.startswith(f"{folder}/action.y") for path in tree.paths)
        if not there or not folder.startswith(".github/"):
            yield f"{uses} is no action below .github, where this gate reads it"
        return
    if uses.startswith("docker://"):
        if not _DIGEST.search(uses):
            yield f"{uses} is pinned by no digest"
        return
    name, _, version = uses.partition("@")
    if not _SHA.fullmatch(version):
        yield f"{uses} is pinned by {version or 'nothing'!r}, and not by a commit"
        return
    locked = lock.find(name.lower(), version)
    if locked is None:
        yield f"{name}@{version[:12]}… is not in {FILE}: nobody says that this commit was read"
    elif not comment:
        yield f"{name}@{version[:12]}… has no comment that names its version ({locked.version})"
    elif comment.split()[0].removeprefix("tag=") != locked.version:
        yield f"{name} says {comment.split()[0]!r} beside a commit that is {locked.version}"


def _images(tree: Tree) -> Iterator[Found]:
    for workflow, job in tree.jobs():
        services = job.node.at("services")
        held = [job.node.at("container"), *(services.fields().values() if services else ())]
        for node in filter(None, held):
            image = node.at("image")
            name = image.text() if image else node.text()
            if name and not _DIGEST.search(name):
                yield Found(f"{workflow.path}:{node.line}", f"the image {name} is pinned by no digest")


def _dates(look: Look, lock: Lock) -> Iterator[Found]:
    for one in lock.actions.values():
        if not _SHA.fullmatch(one.sha):
            yield Found(f"{FILE}:1", f"{one.name} {one.version} is locked to {one.sha!r}, which is no commit")
        if one.date > look.today:
            yield Found(f"{FILE}:1", f"{one.name} {one.version} is of {one.date}, which is still to come")
        elif one.date > look.today - timedelta(days=COOLING_DAYS):
            what = f"{one.name} {one.version} is only {(look.today - one.date).days} days old"
            yield Found(f"{FILE}:1", what, told=True)


RULE = Rule(
    id="action-is-not-locked",
    what="an action or an image by tag, a commit that is not in the lock, a comment that names another version",
    why="a tag can be moved, and a commit of a fork answers under the name of the action: the lock says what was read",
    fix="pin the full commit, write its version behind it, and put both into .github/actions.lock.toml",
    models="W01, W02; tj-actions CVE-2025-30066, Trivy 2026; good change 11",
    check=_check,
)
