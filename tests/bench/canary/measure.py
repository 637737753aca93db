"""What came of many runs of a cell for each judge, all of which see the same runs."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, inf, isfinite

from pipeline.judge.judging import Verdict, judge
from pipeline.judge.observed import BIN_SECONDS, Symptom
from pipeline.judge.others.rule import OtherJudge, Said
from tests.bench.canary.cells import Cell
from tests.bench.canary.draw import Run, draw
from tests.bench.canary.ours import ByTheMinute, Ours, heard

DELAY_SECONDS = 30
"""From the moment a judge stops a rollout until all traffic is back: metric, alarm and shift together. An assumption,
the same for every judge."""

STOPPED, WENT_ON = "stopped", "went on"
OURS, MINUTES = Ours(), ByTheMinute()


@dataclass(frozen=True)
class Tally:
    """Runs of one cell under one judge, as they were counted.

    `seconds` has, for each run that was stopped, how long after the shift began all traffic was back; `failed` has the
    canary's failed requests of each run until then, or until the shift was over. `verdicts` counts what was said, and
    `by`, of our judge alone, which symptoms convicted.
    """

    seconds: tuple[float, ...] = ()
    failed: tuple[int, ...] = ()
    verdicts: Counter[str] = field(default_factory=Counter)
    by: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.seconds + other.seconds,
            self.failed + other.failed,
            self.verdicts + other.verdicts,
            self.by + other.by,
        )


@dataclass(frozen=True)
class Measured:
    """One judge in one cell: of `runs`, `stopped` were; medians and means over what `Tally` has.

    `seconds` is over the stopped runs (None if there are none), `failed` and `failed_mean` over all, and so is
    `typical`: the seconds where a run that was not stopped takes forever (None if that is the median).
    """

    cell: str
    judge: str
    runs: int
    stopped: int
    seconds: float | None
    typical: float | None
    failed: float
    failed_mean: float
    verdicts: Mapping[str, int]
    by: Mapping[str, int]

    @property
    def share(self) -> float:
        """The part of the runs that were stopped, 0 to 1."""
        return self.stopped / self.runs


def judges(others: Sequence[OtherJudge]) -> Sequence[OtherJudge]:
    """All that are compared, ours first."""
    return (OURS, MINUTES, *others)


def tally(cell: Cell, seed: int, numbers: Iterable[int], others: Sequence[OtherJudge]) -> dict[str, Tally]:
    """The runs of these numbers, under each judge by its name."""
    found: dict[str, list[tuple[Run, Said, str]]] = {one.name: [] for one in judges(others)}
    by: Counter[str] = Counter()
    for number in numbers:
        run = draw(cell, seed, number)
        judgement = judge(run.bins, OURS.policy, BIN_SECONDS, before=run.before)
        ours = heard(judgement)
        by.update(ours.by)
        found[OURS.name].append((run, ours.said, ours.verdict))
        by_the_minute = MINUTES.after(judgement, run.bins, BIN_SECONDS)
        for name, said in ((MINUTES.name, by_the_minute), *((o.name, o.judge(run.bins, BIN_SECONDS)) for o in others)):
            found[name].append((run, said, WENT_ON if said.stopped_at is None else STOPPED))
    return {name: _tally(each, by if name == OURS.name else Counter()) for name, each in found.items()}


def _tally(each: Sequence[tuple[Run, Said, str]], by: Counter[str]) -> Tally:
    return Tally(
        seconds=tuple(
            said.stopped_at + DELAY_SECONDS - run.offset for run, said, _ in each if said.stopped_at is not None
        ),
        failed=tuple(failed(run, said) for run, said, _ in each),
        verdicts=Counter(verdict for _, _, verdict in each),
        by=by,
    )


def failed(run: Run, said: Said) -> int:
    """The canary's failed requests until all traffic is back, or the shift is over if that comes first."""
    if said.stopped_at is None:
        return sum(run.harmed)
    return sum(run.harmed[: max(0, ceil((said.stopped_at + DELAY_SECONDS) / BIN_SECONDS))])


def measured(cell: str, judge_name: str, counted: Tally) -> Measured:
    """What a tally comes to."""
    runs, stopped = len(counted.failed), len(counted.seconds)
    typical = statistics.median([*counted.seconds, *[inf] * (runs - stopped)])
    return Measured(
        cell=cell,
        judge=judge_name,
        runs=runs,
        stopped=stopped,
        seconds=statistics.median(counted.seconds) if counted.seconds else None,
        typical=typical if isfinite(typical) else None,
        failed=statistics.median(counted.failed),
        failed_mean=statistics.fmean(counted.failed),
        verdicts=dict(sorted(counted.verdicts.items())),
        by={symptom: counted.by[symptom] for symptom in Symptom if counted.by[symptom]},
    )


def passes(one: Measured) -> int:
    """How many runs were called a pass; without one, a judge that stops nothing says so by letting it go on."""
    return one.verdicts.get(Verdict.PASS, 0) + one.verdicts.get(WENT_ON, 0)
