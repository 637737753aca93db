"""What a change has to keep: the pacts of this source, and those of every version that is live.

What is live is what the base release says, whatever the change says: a change that breaks a consumer brings along that
consumer's new pact, and often an end to its old version, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.gates.pacts.consumers import read_consumers
from pipeline.gates.pacts.pact import PACTS, Pact, pacts_in

HERE, BASE, BROKER = "this change", "the base release", "the broker"
EVERYWHERE = "*"
"""Stands for the stages of a pact of which nobody says where it is live."""
FETCHED = "SLIPWAY_PACTS"
"""The variable by which the gate tells its tests the folder of pacts that a broker gave."""


@dataclass(frozen=True)
class Need:
    """A pact to keep, for these versions of its consumer, live in these stages; `source` says where it was found."""

    pact: Pact
    source: str
    versions: tuple[str, ...]
    stages: tuple[str, ...]

    def is_live_in(self, stage: str | None) -> bool:
        """Whether a version that relies on it is live in `stage` (None: in any)."""
        return EVERYWHERE in self.stages or (bool(self.stages) if stage is None else stage in self.stages)


def to_keep(root: Path, base: Path | None, fetched: Path | None) -> tuple[Need, ...]:
    """Every pact to keep, each content once: of the base release, of a broker (in `fetched`), and of this source.

    UnreadablePact or UnreadableList for a file that is none.
    """
    live = live_in(base) if base else ()
    given = tuple(Need(pact, BROKER, (), (EVERYWHERE,)) for pact in pacts_in(fetched)) if fetched else ()
    return together((*live, *given, *needs_in(root, HERE)))


def live_in(base: Path) -> tuple[Need, ...]:
    """What versions rely on that are live beside the base release; what its list does not name may be live anywhere."""
    return tuple(need for need in needs_in(base, BASE) if need.stages)


def needs_in(root: Path, source: str) -> tuple[Need, ...]:
    """A need for each pact of the tree at `root`, as its list of consumers says it."""
    listed, found = read_consumers(root), []
    for pact in pacts_in(root / PACTS):
        entries = [entry for entry in listed if entry.pact == pact.name]
        stages = _once(stage for entry in entries for stage in entry.stages) if entries else (EVERYWHERE,)
        found.append(Need(pact, source, _once(entry.version for entry in entries), stages))
    return tuple(found)


def together(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Each content once, live wherever one of them is; it is found where it was found first."""
    found: dict[str, Need] = {}
    for need in needs:
        known = found.setdefault(need.pact.digest, need)
        more = replace(known, versions=_once((*known.versions, *need.versions)))
        found[need.pact.digest] = replace(more, stages=_once((*known.stages, *need.stages)))
    return tuple(found.values())


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
