"""What we promise of our judge, as data, and whether it was kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.bench.canary.cells import Cell
from tests.bench.canary.measure import Measured, passes

MANY, SOME = 20_000, 2_000
"""Runs of a cell about rare events, and of any other, below which a figure is only a hint."""


class Figure(StrEnum):
    """What is limited. Seconds and failed requests are medians of all runs; one that is never stopped takes forever."""

    FALSE_PER_SYMPTOM = "false rollbacks by any one symptom, %"
    FALSE = "false rollbacks, %"
    SECONDS = "median seconds until all traffic is back"
    FAILED = "median failed requests"
    PASSES = "passes"


@dataclass(frozen=True)
class Limit:
    """A figure of our judge is at most `most` in a situation's cells: in all, or in those of `plans` and `rps`."""

    figure: Figure
    situation: str
    most: float
    plans: tuple[str, ...] = ()
    rps: tuple[float, ...] = ()

    def holds_for(self, cell: Cell) -> bool:
        """Whether it is about this cell."""
        return (
            cell.situation.name == self.situation
            and (not self.plans or cell.plan.name in self.plans)
            and (not self.rps or cell.rps in self.rps)
        )


@dataclass(frozen=True)
class Held:
    """A limit beside what was measured of a cell; None is never."""

    limit: Limit
    cell: str
    figure: float | None
    runs: int
    enough: bool

    @property
    def kept(self) -> bool:
        """Whether the figure is within its limit."""
        return self.figure is not None and self.figure <= self.limit.most


def _outage(situation: str) -> Iterator[Limit]:
    shifting = ("canary", "linear")
    yield Limit(Figure.SECONDS, situation, 60.0, shifting, (10.0, 100.0, 1000.0))
    for rps, most in ((1.0, 10.0), (10.0, 40.0), (100.0, 400.0)):
        yield Limit(Figure.FAILED, situation, most, shifting, (rps,))


def _one_in_twenty(situation: str) -> Iterator[Limit]:
    for rps, seconds, failed in ((100.0, 60.0, 30.0), (10.0, 160.0, 15.0)):
        yield Limit(Figure.SECONDS, situation, seconds, ("linear",), (rps,))
        yield Limit(Figure.FAILED, situation, failed, ("linear",), (rps,))


LIMITS = (
    Limit(Figure.FALSE_PER_SYMPTOM, "healthy", 0.1),
    Limit(Figure.FALSE_PER_SYMPTOM, "healthy-5xx", 0.1),
    Limit(Figure.FALSE, "incident", 0.5),
    *_outage("thrown-100"),
    *_outage("5xx-100"),
    *_one_in_twenty("thrown-5"),
    *_one_in_twenty("5xx-5"),
    Limit(Figure.PASSES, "no-traffic", 0.0),
)


def held(cells: Sequence[Cell], ours: Mapping[str, Measured], limits: Sequence[Limit] = LIMITS) -> Sequence[Held]:
    """Every limit in every cell that it is about; `ours` is what our judge did, by cell."""
    return [
        Held(limit, cell.name, figure(limit.figure, one), one.runs, one.runs >= (MANY if cell.many else SOME))
        for limit in limits
        for cell in cells
        if limit.holds_for(cell)
        for one in (ours[cell.name],)
    ]


def figure(what: Figure, one: Measured) -> float | None:
    """What was measured; None where a time is asked for, and most runs were never stopped."""
    match what:
        case Figure.FALSE_PER_SYMPTOM:
            return 100.0 * max(one.by.values(), default=0) / one.runs
        case Figure.FALSE:
            return 100.0 * one.share
        case Figure.SECONDS:
            return one.typical
        case Figure.FAILED:
            return one.failed
        case Figure.PASSES:
            return float(passes(one))
