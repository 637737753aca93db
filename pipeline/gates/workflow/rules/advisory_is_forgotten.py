"""What was known to be vulnerable stays known."""

import tomllib
from collections.abc import Iterator, Mapping

from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import ADVISORIES, Tree

type Known = Mapping[tuple[str, str], frozenset[str]]


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    old, new = _known(look.base), _known(look.now)
    for (package, advisory), versions in sorted(old.items()):
        if less := sorted(versions - new.get((package, advisory), frozenset())):
            yield Found(f"{ADVISORIES}:1", f"{advisory} is no longer about {package} {' and '.join(less)}")


def _known(tree: Tree) -> Known:
    """The versions that each advisory is about; none where it can't be read, as the gate `scan` says."""
    try:
        told = tomllib.loads(tree.texts.get(ADVISORIES, ""))
        return {
            (package, name): frozenset([either] if isinstance(either, str) else either)
            for package, advisories in told.items()
            for name, either in advisories.items()
        }
    except (tomllib.TOMLDecodeError, AttributeError, TypeError):
        return {}


RULE = Rule(
    id="advisory-is-forgotten",
    what="an advisory, or versions that it is about, which the base release's list of vulnerable versions had",
    why="a version that is vulnerable stays so; without its line the lock may go back to it, and offline nobody tells",
    fix="bring the line back; where the advisory was withdrawn, waive this first, in a change of its own",
    models="S03: a version that is known to be vulnerable",
    check=_check,
    against_base=True,
)
