"""What a sweep came to, as a file of the source: the answers of all gates, for whoever wants to look behind the score.

It says of which tree it is. Over that very tree a sweep on another machine can go on from it.
"""

import math
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.output import write_atomically
from pipeline.gates.tools.silencers import MARKS
from pipeline.mutation import stock
from pipeline.mutation.answer import Answer
from pipeline.mutation.catalogue import HOME, Change, Unreadable
from pipeline.mutation.judge import stopped_by
from pipeline.mutation.kept import Kept
from pipeline.mutation.stock import Seen
from pipeline.mutation.walk import Walked

FILE = HOME / "results.json"
LONGEST = 1_000
"""Characters of a finding, which may hold a whole document."""
_OWN_FOLDERS = re.compile(r"(?<![\w}.-])/(?:root|home|tmp|var|Users|private)/(?:[^\s/'\",:;)]+/)*")
FINDINGS = 2
"""So many findings of each answer are published, what decided first: the rest would be most of the file."""


@dataclass(frozen=True)
class Row:
    """What is known of one change, as it was when `digest` was that of its folder: how far it came, what tools saw."""

    id: str
    digest: str
    walked: Walked | None = None
    seen: Seen | None = None


@dataclass(frozen=True)
class Results:
    """The rows of one sweep over the files that `tree` is the digest of (without the catalogue)."""

    tree: str
    rows: tuple[Row, ...]


_RESULTS = TypeAdapter(Results)


def publish(root: Path, tree: str, folder: Path, changes: Iterable[Change]) -> Results:
    """Write what `folder` keeps of `changes` into `FILE` below `root`, beside what stands there of the same tree.

    Unreadable if no gate was asked yet.
    """
    changes = tuple(changes)
    with suppress(Unreadable):
        take(root, tree, folder, changes)
    results = Results(tree, tuple(_known(folder, changes)))
    if not any(row.walked for row in results.rows):
        raise Unreadable(f"nothing is known of tree {tree} yet: sweep it first (scripts/mutation)")
    write_atomically(root / FILE, _RESULTS.dump_json(results, indent=1, exclude_defaults=True).decode() + "\n")
    return results


def _known(folder: Path, changes: Iterable[Change]) -> Iterator[Row]:
    for change in changes:
        walked = Kept(folder).read(change)
        seen = next(iter(stock.kept(folder, [change])), None)
        if walked or seen:
            yield Row(change.id, change.digest, walked and _short(change, walked), seen and _glimpse(seen))


def _short(change: Change, walked: Walked) -> Walked:
    """The walk with what decided and little else; whoever judges it anew comes to the same."""
    kill = stopped_by(change, walked.answers)
    decided = kill[1] if kill else None
    few = tuple(_few(answer, decided) for answer in walked.answers)
    return replace(walked, answers=few, seconds=tenths(walked.seconds))


def _few(answer: Answer, decided: object) -> Answer:
    first = tuple(finding for finding in answer.findings if finding is decided)
    others = tuple(finding for finding in answer.findings if finding is not decided)
    few = tuple(
        replace(finding, where=placeless(finding.where), what=placeless(finding.what)[:LONGEST])
        for finding in (*first, *others)[:FINDINGS]
    )
    seconds, ended = tenths(answer.seconds), tenths(answer.ended)
    return replace(answer, summary=placeless(answer.summary), findings=few, seconds=seconds, ended=ended)


def tenths(seconds: float) -> float:
    """Seconds to the tenth, never fewer than they were: a limit that was missed stays so."""
    return math.ceil(seconds * 10) / 10


def placeless(text: str) -> str:
    """`text` without the folders of the machine that it was said on: only a file's own name is left of a path.

    What silences a scanner where it stands in a text is taken apart: it is told of here, and meant nowhere.
    """
    return MARKS.sub(lambda mark: mark[0].replace(":", ": …", 1), _OWN_FOLDERS.sub("", text))


def _glimpse(seen: Seen) -> Seen:
    return replace(seen, findings=seen.findings[:FINDINGS])


def read(root: Path) -> Results:
    """What is published below `root`; Unreadable if nothing is, or if it is something else."""
    try:
        return _RESULTS.validate_json((root / FILE).read_bytes())
    except OSError as problem:
        raise Unreadable(f"no results are published: {FILE}: {problem.strerror}") from problem
    except ValidationError as problem:
        raise Unreadable(f"{FILE}: {problem.errors()[0]['msg']}") from problem


def take(root: Path, tree: str, folder: Path, changes: Iterable[Change]) -> int:
    """Keep in `folder` what is published of `changes` and not known there; how many walks and looks that were.

    Unreadable if it is of another tree.
    """
    results = read(root)
    if results.tree != tree:
        raise Unreadable(f"{FILE} is of tree {results.tree}, and this is {tree}: nothing of it counts here")
    rows = {(row.id, row.digest): row for row in results.rows}
    taken = 0
    for change in changes:
        row = rows.get((change.id, change.digest), Row(change.id, change.digest))
        if row.walked and Kept(folder).read(change) is None:
            Kept(folder).write(change, row.walked)
            taken += 1
        if row.seen and not stock.kept(folder, [change]):
            stock.keep(folder, change, row.seen)
            taken += 1
    return taken
