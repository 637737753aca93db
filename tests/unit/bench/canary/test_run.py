"""Tests of running the simulation."""

import pytest

from tests.bench.canary.cells import chosen
from tests.bench.canary.run import EVERY_SECONDS, PIECE, Progress, pieces, simulate
from tests.unit.bench.canary.rules import StopsAt

CELLS = chosen(["healthy/canary/1", "thrown-100/canary/1"])


def test_every_run_is_in_one_piece_and_rare_events_have_more_runs() -> None:
    todo = list(pieces(CELLS, runs=PIECE + 1, healthy_runs=2 * PIECE, seed=7))
    assert [(piece.cell, piece.numbers) for piece in todo] == [
        ("healthy/canary/1", range(PIECE)),
        ("healthy/canary/1", range(PIECE, 2 * PIECE)),
        ("thrown-100/canary/1", range(PIECE)),
        ("thrown-100/canary/1", range(PIECE, PIECE + 1)),
    ]
    assert {piece.seed for piece in todo} == {7}


def test_the_seed_alone_decides() -> None:
    one, again, other = (
        simulate(list(pieces(CELLS, 20, 20, seed)), 1, [StopsAt(60.0)], clock=lambda: 0.0) for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other


def test_several_processes_come_to_the_same_as_one() -> None:
    todo = list(pieces(CELLS, 20, 20, seed=1))
    assert simulate(todo, 2, [StopsAt(60.0)]) == simulate(todo, 1, [StopsAt(60.0)])


def test_progress_is_told_now_and_then_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    times = iter([0.0, 1.0, EVERY_SECONDS, EVERY_SECONDS, 75.0])
    progress = Progress(2_000, clock=lambda: next(times))
    progress.add(400)
    progress.add(600)
    progress.end()
    assert capsys.readouterr() == (
        "",
        "canary: 1,000 of 2,000 runs after 0:15, 15.0 ms a run\n"
        "canary: 1,000 of 2,000 runs after 1:15, 75.0 ms a run\n",
    )
