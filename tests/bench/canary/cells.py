"""What is simulated: situations, plans and traffic put together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.canary.plan import AT_ONCE, CANARY, LINEAR, Plan
from tests.bench.canary.situation import BAD, HEALTHY, INCIDENTS, NO_TRAFFIC, OTHER_GOOD, Situation

RPS = (1.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Cell:
    """A situation on a plan at so many requests a second, to both versions together.

    `many` says that the cell is about rare events, and is run as often as a healthy one.
    """

    situation: Situation
    plan: Plan
    rps: float
    many: bool = False

    @property
    def name(self) -> str:
        """`thrown-5/linear/10`."""
        return f"{self.situation.name}/{self.plan.name}/{self.rps:g}"


class NoSuchCell(Exception):
    """A cell was asked for by a name that none has."""


def _cells() -> Iterator[Cell]:
    for situation in (*HEALTHY, *INCIDENTS, *OTHER_GOOD, *BAD):
        many = situation in (*HEALTHY, *INCIDENTS)
        yield from (Cell(situation, plan, rps, many) for plan in (CANARY, LINEAR) for rps in RPS)
    # Where all traffic moves at once, no judge has anything to compare, whatever the version does.
    yield from (Cell(NO_TRAFFIC, plan, 0.0) for plan in (CANARY, LINEAR, AT_ONCE))


CELLS = tuple(_cells())
_BY_NAME = {cell.name: cell for cell in CELLS}


def named(name: str) -> Cell:
    """The cell of this name; KeyError if there is none."""
    return _BY_NAME[name]


def chosen(only: Sequence[str], cells: Sequence[Cell] = CELLS) -> tuple[Cell, ...]:
    """The cells of these names, or all whose name begins with one (`thrown-5`, `thrown-5/linear`); all for none.

    NoSuchCell if a name is of no cell.
    """
    for name in only:
        if not any(_is(cell, name) for cell in cells):
            situations = ", ".join(dict.fromkeys(cell.situation.name for cell in cells))
            raise NoSuchCell(
                f"there is no cell {name}: a cell is SITUATION, SITUATION/PLAN or SITUATION/PLAN/RPS, "
                f"as thrown-5/linear/10; situations are {situations}"
            )
    return tuple(cell for cell in cells if not only or any(_is(cell, name) for name in only))


def _is(cell: Cell, name: str) -> bool:
    return f"{cell.name}/".startswith(f"{name.rstrip('/')}/")
