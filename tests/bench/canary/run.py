"""Runs the simulation: pieces of cells over several processes, with what is done told on stderr."""

import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass

from pipeline.judge.others.rule import OtherJudge
from pipeline.report import words
from tests.bench.canary.cells import Cell, named
from tests.bench.canary.losses import Results
from tests.bench.canary.measure import Tally, measured, tally

PIECE = 250
EVERY_SECONDS = 15.0
"""How often progress is told."""


@dataclass(frozen=True)
class Piece:
    """The runs `numbers` of a cell. It goes to another process, and so by the cell's name."""

    cell: str
    seed: int
    numbers: range


type Tallies = dict[str, Tally]


def pieces(cells: Sequence[Cell], runs: int, healthy_runs: int, seed: int) -> Iterator[Piece]:
    """All that is to do, in parts of a second or so."""
    for cell in cells:
        last = healthy_runs if cell.many else runs
        for first in range(0, last, PIECE):
            yield Piece(cell.name, seed, range(first, min(first + PIECE, last)))


def simulate(
    todo: Sequence[Piece],
    jobs: int,
    others: Sequence[OtherJudge],
    clock: Callable[[], float] = time.monotonic,
) -> Results:
    """Every piece, and what each judge came to in each cell. The same, whatever `jobs` are."""
    found: dict[str, dict[int, Tallies]] = {}
    progress = Progress(sum(len(piece.numbers) for piece in todo), clock)
    for piece, tallies in _done(todo, jobs, others):
        found.setdefault(piece.cell, {})[piece.numbers.start] = tallies
        progress.add(len(piece.numbers))
    progress.end()
    return {
        name: {judge: measured(name, judge, each) for judge, each in _together(found[name]).items()}
        for name in dict.fromkeys(piece.cell for piece in todo)
    }


def _together(parts: dict[int, Tallies]) -> Tallies:
    """In the order of their numbers, so that nothing depends on which process was faster."""
    ordered = [parts[first] for first in sorted(parts)]
    return {judge: sum((part[judge] for part in ordered), Tally()) for judge in ordered[0]}


def _done(todo: Sequence[Piece], jobs: int, others: Sequence[OtherJudge]) -> Iterator[tuple[Piece, Tallies]]:
    if jobs == 1:
        yield from ((piece, _work(piece, others)) for piece in todo)
        return
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_leave_interrupts_to_the_parent)
    try:
        waiting: dict[Future[Tallies], Piece] = {}
        coming = iter(todo)
        while True:
            while len(waiting) < 3 * jobs and (piece := next(coming, None)) is not None:
                waiting[pool.submit(_work, piece, others)] = piece
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                yield waiting.pop(future), future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _work(piece: Piece, others: Sequence[OtherJudge]) -> Tallies:
    return tally(named(piece.cell), piece.seed, piece.numbers, others)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Progress:
    """Tells on stderr how much is done, a line now and then."""

    def __init__(self, total: int, clock: Callable[[], float]) -> None:
        self._total, self._done, self._clock = total, 0, clock
        self._began = self._told = clock()

    def add(self, runs: int) -> None:
        """So many runs more are done."""
        self._done += runs
        if self._clock() - self._told >= EVERY_SECONDS:
            self.end()

    def end(self) -> None:
        """Tell how far it has come."""
        self._told = self._clock()
        elapsed = self._told - self._began
        each = f", {1000 * elapsed / self._done:.1f} ms a run" if self._done else ""
        told = f"canary: {self._done:,} of {self._total:,} runs after {words.clock(elapsed)}{each}"
        print(told, file=sys.stderr, flush=True)
