"""How a whole rehearsal ended, read from its tape, and whether that is as its row says. Pure but for the reading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.mutation.rehearsed import TAPE, reasons
from pipeline.record import tape
from pipeline.record.run import RolloutRun, Run, fold
from pipeline.record.verdict import Outcome
from pipeline.report.rollouts import outcome_of
from tests.rehearsal.whole.rows import Row

FAULTY_STAGE = "prod"


@dataclass(frozen=True)
class Ended:
    """One rehearsal: `rollouts` shifted, `back` of them in which stages, with what was said, `seconds` in all.

    `requests` and `failed` are of all new versions where none was stopped, else of the one that failed most: others
    that move beside it are stopped with it.
    """

    row: str
    seed: int
    exit_code: int
    outcome: str
    sentence: str
    rollouts: int
    back: tuple[str, ...]
    told: tuple[str, ...]
    requests: int
    failed: int
    seconds: float

    @property
    def name(self) -> str:
        """`thrown, seed 8`."""
        return f"{self.row}, seed {self.seed}"


def ended(row: Row, seed: int, code: int, root: Path) -> Ended:
    """What the tape of the last rehearsal in `root` tells. Raises OSError or tape.UnreadableTape."""
    return of_run(row, seed, code, fold(tape.read(root / TAPE).entries))


def of_run(row: Row, seed: int, code: int, run: Run) -> Ended:
    """What a run tells."""
    stopped = [one for one in run.rollouts if outcome_of(one)[0] is Outcome.REFUSED]
    counted = [one.finished.what for one in (stopped or run.rollouts) if one.finished]
    if stopped:
        counted = sorted(counted, key=lambda one: one.failed)[-1:]
    return Ended(
        row.id,
        seed,
        code,
        run.finished.outcome.value if run.finished else "cut off",
        run.finished.sentence if run.finished else "",
        len([one for one in run.rollouts if one.finished and one.finished.what.status != "NothingToShift"]),
        tuple(one.started.stage for one in stopped),
        tuple(what for one in stopped for what in _told(one)),
        sum(one.requests for one in counted),
        sum(one.failed for one in counted),
        round(run.ended, 1),
    )


def _told(rollout: RolloutRun) -> Iterator[str]:
    yield from reasons(rollout)
    yield from (reason for each in rollout.said for reason in each.what.reasons)


def wrong(row: Row, end: Ended) -> str:
    """In which way it did not end as `row` says; empty if it did."""
    if not row.stopped:
        well = end.exit_code == 0 and end.outcome == Outcome.PASSED and end.rollouts and not end.back
        return "" if well else f"it is well, and ended with {end.exit_code}: {end.sentence or end.outcome}"
    if end.exit_code != 1:
        return f"it is ill, and ended with {end.exit_code}: {end.sentence or end.outcome}"
    if set(end.back) != {FAULTY_STAGE}:
        return f"it is ill in {FAULTY_STAGE}, and was stopped in {', '.join(end.back) or 'no rollout'}: {end.sentence}"
    if not re.search(row.stopped, "; ".join((*end.told, end.sentence))):
        return f"what stopped it says nothing of {row.stopped}: {'; '.join(end.told)[:300]}"
    return ""
