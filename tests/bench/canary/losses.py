"""Where another judge does better than ours, and what it pays for that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from tests.bench.canary.cells import Cell
from tests.bench.canary.measure import OURS, Measured
from tests.bench.canary.situation import HEALTHY, INCIDENTS

AS_MUCH = 0.01
"""Shares of stopped runs that differ by no more than this are as good as equal when the time is compared."""
FALSE_ALARMS = 0.001
"""The part of healthy rollouts that a judge may stop before it is said what it wins by."""

type Results = Mapping[str, Mapping[str, Measured]]
"""By cell and by judge, what was measured."""


@dataclass(frozen=True)
class Loss:
    """In `cell`, `judge` does better than ours: `how`.

    `false_healthy` is the part (0 to 1) of healthy rollouts, at the same traffic and plan, that it stops; None where
    none were simulated. `false_incident` is that under a shared incident.
    """

    cell: str
    judge: str
    how: str
    false_healthy: float | None
    false_incident: float | None

    @property
    def bought(self) -> bool:
        """Whether the judge stops so many healthy rollouts that it wins by these."""
        return (self.false_healthy or 0.0) > FALSE_ALARMS


def losses(cells: Sequence[Cell], results: Results) -> Sequence[Loss]:
    """Every cell and judge in which ours loses; those that nothing speaks against first."""
    found = [
        Loss(
            cell.name,
            name,
            how,
            _false(cell, name, HEALTHY_NAMES, results),
            _false(cell, name, INCIDENT_NAMES, results),
        )
        for cell in cells
        for name, theirs in results[cell.name].items()
        if not name.startswith(OURS.name)
        for how in (better(theirs, results[cell.name][OURS.name], cell.situation.good),)
        if how
    ]
    return sorted(found, key=attrgetter("bought"))


HEALTHY_NAMES = tuple(one.name for one in HEALTHY)
INCIDENT_NAMES = tuple(one.name for one in INCIDENTS)


def better(theirs: Measured, ours: Measured, good: bool) -> str:
    """In what `theirs` beats `ours`; empty if in nothing. Of a good canary the fewest rollbacks count."""
    if good:
        return (
            f"{100 * theirs.share:.2f} % false rollbacks, ours {100 * ours.share:.2f} %"
            if theirs.stopped < ours.stopped
            else ""
        )
    parts = []
    if theirs.stopped > ours.stopped:
        parts.append(f"stops {100 * theirs.share:.1f} %, ours {100 * ours.share:.1f} %")
    if theirs.stopped and theirs.share >= ours.share - AS_MUCH:
        if theirs.seconds is not None and (ours.seconds is None or theirs.seconds < ours.seconds):
            parts.append(f"in {theirs.seconds:g} s, ours {'never' if ours.seconds is None else f'{ours.seconds:g} s'}")
        if theirs.failed_mean < ours.failed_mean:
            parts.append(f"{theirs.failed_mean:,.1f} failed, ours {ours.failed_mean:,.1f}")
    return "; ".join(parts)


def _false(cell: Cell, judge: str, situations: Sequence[str], results: Results) -> float | None:
    """The most false rollbacks of a judge in these situations, at the cell's plan and traffic."""
    names = [f"{situation}/{cell.plan.name}/{cell.rps:g}" for situation in situations]
    return max((results[name][judge].share for name in names if name in results), default=None)
