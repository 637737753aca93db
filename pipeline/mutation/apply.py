"""Puts a change into a copy of the tree. What no longer finds its place is our error, and never passes for a kill."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

from pipeline.mutation.catalogue import PATCH, PROGRAM, Change

type Texts = Mapping[str, Callable[[str], str]]

GIT_SECONDS = 60


class NotApplied(Exception):
    """The change does not fit the tree any more: says where."""


def apply(change: Change, tree: Path) -> tuple[str, ...]:
    """Change the files in `tree`; the paths that changed, in order. NotApplied if anything is not as it says."""
    changed: dict[str, None] = {}
    for edit in change.edits:
        text = _read(tree, edit.file)
        if (there := text.count(edit.find)) != edit.times:
            first = edit.find.strip().splitlines()[0]
            raise NotApplied(f"{edit.file}: {first!r} … stands there {there} times, {edit.times} expected")
        _write(tree, edit.file, text.replace(edit.find, edit.put))
        changed[edit.file] = None
    for name in change.removes:
        _read(tree, name)
        _inside(tree, name).unlink()
        changed[name] = None
    for write in change.writes:
        _write(tree, write.file, write.text)
        changed[write.file] = None
    if change.program:
        changed.update(dict.fromkeys(_run_program(change, tree)))
    if change.patch:
        changed.update(dict.fromkeys(_apply_patch(change, tree)))
    return tuple(changed)


def files_of(change: Change) -> tuple[str, ...]:
    """The files that must be there for the change to apply."""
    named = [edit.file for edit in change.edits] + list(change.removes)
    named += list(_texts(change)) if change.program else []
    named += [line.removeprefix("--- a/") for line in change.patch.splitlines() if line.startswith("--- a/")]
    return tuple(dict.fromkeys(named))


def _apply_patch(change: Change, tree: Path) -> tuple[str, ...]:
    command = ["git", "-C", str(tree), "apply", "--whitespace=nowarn", "-"]
    done = subprocess.run(command, input=change.patch.encode(), capture_output=True, check=False, timeout=GIT_SECONDS)
    if done.returncode:
        raise NotApplied(f"{PATCH}: {done.stderr.decode(errors='replace').strip()}")
    names = [line[6:] for line in change.patch.splitlines() if line.startswith(("--- a/", "+++ b/"))]
    return tuple(dict.fromkeys(names))


def _run_program(change: Change, tree: Path) -> tuple[str, ...]:
    for name, make in _texts(change).items():
        before = _read(tree, name)
        try:
            after = make(before)
        except Exception as problem:  # whatever it stumbles over: the tree is not what the program was written for
            raise NotApplied(f"{PROGRAM}: {name}: {type(problem).__name__}: {problem}") from problem
        if after == before:
            raise NotApplied(f"{PROGRAM}: it leaves {name} as it was")
        _write(tree, name, after)
    return tuple(_texts(change))


def _texts(change: Change) -> Texts:
    """The functions of a change.py, by the file that each changes."""
    module = ModuleType(change.id)
    exec(compile(change.program, f"{change.id}/{PROGRAM}", "exec"), module.__dict__)  # noqa: S102  the catalogue's own
    texts: Texts = module.__dict__["CHANGES"]
    return texts


def _inside(tree: Path, name: str) -> Path:
    """The file, which lies in the copy: what leads out of it would change the machine that asks."""
    path = tree / name
    if not path.resolve().is_relative_to(tree.resolve()):
        raise NotApplied(f"{name} lies outside the tree")
    return path


def _read(tree: Path, name: str) -> str:
    try:
        return _inside(tree, name).read_text()
    except (OSError, UnicodeDecodeError) as problem:
        raise NotApplied(f"{name} can't be read: {problem}") from problem


def _write(tree: Path, name: str, text: str) -> None:
    path = _inside(tree, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
