"""A rule of the gate: what it forbids, why, how to mend it, what it models, and the look that finds it.

One file per rule below `rules/`, named after it; `RULES.md` is written from them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.gates.workflow.tree import Tree
from pipeline.record.verdict import Finding

TOLD = "low"


@dataclass(frozen=True)
class Look:
    """What a rule may look at: the tree, the base release's (None: there is none to compare with), and the day."""

    now: Tree
    base: Tree | None
    today: date


@dataclass(frozen=True)
class Found:
    """A place (`file:line`) and what is wrong there, as a part of a sentence.

    What is only `told` is for the eyes of the approver, and refuses nothing.
    """

    where: str
    what: str
    told: bool = False


@dataclass(frozen=True)
class Rule:
    """`what` it forbids, `why`, how to `fix` it, and what it `models`: rows of weaknesses, incidents, behaviour.

    `against_base` if it speaks of a change, and not of a state: what such a rule finds is gone once it is released.
    """

    id: str
    what: str
    why: str
    fix: str
    models: str
    check: Callable[[Look], Iterable[Found]]
    against_base: bool = False

    def findings(self, look: Look) -> Iterator[Finding]:
        """What the rule finds; each begins with its id, which is what a waiver names."""
        for one in self.check(look):
            what = f"{self.id} {one.what}"
            yield Finding(one.where, what, severity=TOLD) if one.told else Finding(one.where, what, self.fix, "high")
