"""A locked version keeps the files that it had: what is new has another version."""

from collections.abc import Iterator

from pipeline.gates.dependencies.locked import Locked, packages_in, requirements_in
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import LOCKS, Tree

NPM = "package-lock.json"


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    before: dict[str, frozenset[str]] = {}
    for one in _locked(look.base):
        before[one.pin] = before.get(one.pin, frozenset()) | one.hashes
    for one in _locked(look.now):
        for more in sorted(one.hashes - before.get(one.pin, one.hashes)):
            yield Found(one.where, f"{one.pin} may be one more file now, {more[:19]}…")


def _locked(tree: Tree) -> Iterator[Locked]:
    for path, text in tree.texts.items():
        if path.startswith(LOCKS) and path.endswith(".txt"):
            yield from (one for one in requirements_in(path, text) if one.version)
    try:
        yield from packages_in(NPM, tree.texts.get(NPM, ""))
    except ValueError:
        return  # the gate `scan` says so


RULE = Rule(
    id="hash-is-new",
    what="a lock that takes a file for a version which the base release's lock did not take",
    why="an index keeps what it has once served; a file that comes later may be anybody's, and is not a week old",
    fix="take the hash out, or a new version: scripts/lock writes what the index has",
    models="S02: lockfile injection",
    check=_check,
    against_base=True,
)
