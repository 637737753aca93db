"""Tests of what we promise, and whether it was kept."""

from dataclasses import replace

import pytest

from tests.bench.canary.cells import CELLS, named
from tests.bench.canary.limits import LIMITS, Figure, Held, Limit, held
from tests.bench.canary.measure import Measured
from tests.unit.bench.canary.rules import result

CELL = "thrown-100/canary/10"
SOON = Limit(Figure.SECONDS, "thrown-100", 60.0, ("canary",), (10.0,))


def only(limit: Limit, one: Measured) -> Held:
    (found,) = held([named(one.cell)], {one.cell: one}, [limit])
    return found


@pytest.mark.parametrize(("seconds", "kept"), [(59.0, True), (60.0, True), (60.5, False)])
def test_a_limit_is_kept_up_to_its_figure(seconds: float, kept: bool) -> None:
    assert only(SOON, result(CELL, stopped=100, seconds=seconds)).kept is kept


def test_what_is_seldom_stopped_is_not_stopped_soon() -> None:
    found = only(SOON, result(CELL, stopped=10, seconds=31.0))
    assert (found.figure, found.kept) == (None, False)


def test_each_symptom_has_its_own_false_rollbacks() -> None:
    limit = Limit(Figure.FALSE_PER_SYMPTOM, "healthy", 0.1)
    ours = replace(result("healthy/linear/10", stopped=30, runs=20_000), by={"errors": 18, "slow": 20})
    assert (only(limit, ours).figure, only(limit, ours).kept) == (0.1, True)
    assert not only(limit, replace(ours, by={"errors": 21})).kept


def test_a_pass_without_traffic_breaks_the_promise() -> None:
    limit = Limit(Figure.PASSES, "no-traffic", 0.0)
    name = "no-traffic/linear/0"
    assert only(limit, replace(result(name), verdicts={"no-traffic": 100})).kept
    assert not only(limit, replace(result(name), verdicts={"no-traffic": 99, "pass": 1})).kept


def test_few_runs_are_told() -> None:
    assert not only(SOON, result(CELL, runs=1_999)).enough
    assert only(SOON, result(CELL, runs=2_000)).enough
    assert not only(Limit(Figure.FALSE, "incident", 0.5), result("incident/linear/10", runs=19_999)).enough


def test_a_limit_is_about_its_cells_alone() -> None:
    assert [cell.name for cell in CELLS if SOON.holds_for(cell)] == [CELL]


def test_every_limit_is_about_some_cell() -> None:
    assert all(any(limit.holds_for(cell) for cell in CELLS) for limit in LIMITS)
