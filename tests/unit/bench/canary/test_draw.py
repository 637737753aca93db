"""Tests of what is drawn."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.observed import BIN_SECONDS, Symptom
from tests.bench.canary.cells import CELLS, Cell, named
from tests.bench.canary.draw import draw, expected, seed_of
from tests.bench.canary.situation import Outcome

ANY_CELL = st.sampled_from(CELLS)
SHIFTING = st.sampled_from([cell for cell in CELLS if cell.plan.seconds])


@given(ANY_CELL, st.integers(0, 100), st.integers(0, 1_000))
def test_a_run_can_be_drawn_again_alone(cell: Cell, seed: int, number: int) -> None:
    assert draw(cell, seed, number) == draw(cell, seed, number)


def test_another_seed_cell_or_number_is_another_run() -> None:
    seeds = {seed_of(seed, cell, number) for seed in (1, 11) for cell in ("a/1", "a") for number in (1, 11)}
    assert len(seeds) == 8
    assert draw(named("healthy/linear/10"), 1, 1) != draw(named("healthy/linear/10"), 1, 2)


@given(SHIFTING, st.integers(0, 200))
def test_bins_fill_the_shift_and_weights_are_the_plans(cell: Cell, number: int) -> None:
    run = draw(cell, 1, number)
    assert [one.at for one in run.bins] == [
        float(n * BIN_SECONDS) for n in range(int(cell.plan.seconds) // BIN_SECONDS)
    ]
    assert len(run.harmed) == math.ceil((run.offset + cell.plan.seconds) / BIN_SECONDS)
    for one in run.bins:
        assert one.weight == cell.plan.weight(one.at + BIN_SECONDS - 1 - run.offset)


@given(SHIFTING, st.integers(0, 200))
def test_nobody_counts_more_bad_requests_than_requests(cell: Cell, number: int) -> None:
    run = draw(cell, 1, number)
    for harmed, one in zip(run.harmed, run.bins, strict=False):
        assert 0 <= harmed <= one.canary.requests
        for counts in (one.canary, one.stable):
            most = counts.of(Symptom.ERRORS) + counts.of(Symptom.SERVER_ERRORS) + counts.of(Symptom.REFUSED)
            assert max(most, counts.of(Symptom.SLOW)) <= counts.requests


@given(SHIFTING, st.integers(0, 9), st.integers(0, 200))
def test_no_request_is_lost_between_versions_outcomes_and_bins(cell: Cell, offset: int, seed: int) -> None:
    spells = cell.situation.spells(Random(seed), cell.plan, cell.rps)  # noqa: S311
    found = expected(cell.plan, spells, cell.rps, offset)
    everything = sum(mean for canary, stable, _ in found for means in (canary, stable) for mean in means.values())
    asked = sum((one.until - one.since) * one.asked for one in spells) + offset * spells[0].asked
    assert everything == pytest.approx(asked * cell.rps)


@given(st.sampled_from(["healthy", "healthy-5xx", "zero-0"]), st.sampled_from(["canary", "linear"]), st.integers(0, 9))
def test_in_a_healthy_world_both_versions_fail_as_often(situation: str, plan: str, offset: int) -> None:
    cell = named(f"{situation}/{plan}/10")
    spells = cell.situation.spells(Random(0), cell.plan, cell.rps)  # noqa: S311
    for canary, stable, _ in expected(cell.plan, spells, cell.rps, offset):
        ours, theirs = sum(canary.values()), sum(stable.values())
        for outcome in {*canary, *stable}:
            assert canary.get(outcome, 0.0) * theirs == pytest.approx(stable.get(outcome, 0.0) * ours)


def test_a_bin_in_which_a_step_lies_has_of_both_weights_what_their_seconds_bring() -> None:
    cell = named("zero-100/linear/10")
    spells = cell.situation.spells(Random(0), cell.plan, cell.rps)  # noqa: S311
    canary, _, weight = expected(cell.plan, spells, cell.rps, 7)[6]
    assert canary[Outcome.THROWN] == pytest.approx(10.0 * (7 * 0.1 + 3 * 0.2))
    assert weight == 0.2


def test_what_is_drawn_is_near_what_is_expected() -> None:
    """Of 200 runs of 300 s at 100 requests a second, a tenth to the canary: 600,000, to within five deviations."""
    runs = [draw(named("thrown-5/canary/100"), 3, number) for number in range(200)]
    drawn = sum(sum(run.harmed) for run in runs)
    assert abs(drawn - 30_000) < 5 * math.sqrt(30_000)


def test_where_nobody_asks_nothing_is_drawn_and_all_at_once_has_no_bin() -> None:
    silent = draw(named("no-traffic/canary/0"), 1, 1)
    assert {(one.canary.requests, one.stable.requests) for one in silent.bins} == {(0, 0)}
    assert draw(named("no-traffic/at-once/0"), 1, 1).bins == ()
