"""Tests of what may happen to a rollout."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.canary.cells import CELLS, Cell
from tests.bench.canary.situation import (
    COLD_SECONDS,
    HEALTHY,
    INCIDENT,
    INCIDENT_SECONDS,
    SICK_SECONDS,
    Outcome,
    Spell,
)

SHIFTING = [cell for cell in CELLS if cell.plan.seconds and cell.rps]


def spells(cell: Cell, seed: int) -> list[Spell]:
    return list(cell.situation.spells(Random(seed), cell.plan, cell.rps))  # noqa: S311


def cell(name: str) -> Cell:
    return next(one for one in CELLS if one.name == name)


@given(st.sampled_from(SHIFTING), st.integers(0, 10_000))
def test_spells_fill_the_shift_without_gaps_and_their_chances_are_chances(one: Cell, seed: int) -> None:
    found = spells(one, seed)
    assert found[0].since == 0.0
    assert found[-1].until == one.plan.seconds
    assert all(earlier.until == later.since for earlier, later in pairwise(found))
    for mix in (mix for spell in found for mix in (spell.canary, spell.stable)):
        assert all(0.0 <= often <= 1.0 for often in mix.values())
        assert sum(mix.values()) <= 1.0 + 1e-9


@given(st.sampled_from([one for one in SHIFTING if one.situation.name in ("healthy", "healthy-5xx", "zero-0", "dies",
                                                                           "incident", "poison")]),
       st.integers(0, 1_000))  # fmt: skip
def test_what_hits_both_hits_both_alike(one: Cell, seed: int) -> None:
    assert all(spell.canary == spell.stable for spell in spells(one, seed))


def test_an_incident_lasts_a_minute_unless_an_end_of_the_shift_cuts_it() -> None:
    lasted = []
    for seed in range(200):
        ill = [one for one in spells(cell("incident/linear/10"), seed) if one.canary[Outcome.THROWN] == INCIDENT]
        assert len(ill) == 1
        lasted.append(ill[0].until - ill[0].since)
    assert max(lasted) == INCIDENT_SECONDS
    assert min(lasted) < INCIDENT_SECONDS


def test_a_bad_canary_is_as_bad_as_its_name_says() -> None:
    (spell,) = spells(cell("5xx-20/canary/10"), 0)
    assert spell.canary[Outcome.ANSWERED_500] == pytest.approx(0.2)
    assert spell.stable == HEALTHY[1].spells(Random(0), cell("healthy-5xx/canary/10").plan, 10.0)[0].stable  # noqa: S311


def test_every_step_of_a_linear_shift_starts_cold_and_a_warmed_canary_less_so() -> None:
    cold, warmed = spells(cell("cold/linear/10"), 0), spells(cell("cold-warmed/linear/10"), 0)
    starts = [(one.since, one.until) for one in cold if one.canary.get(Outcome.TIMEOUT)]
    assert starts == [(60.0 * step, 60.0 * step + COLD_SECONDS) for step in range(9)]
    assert warmed[0].canary[Outcome.TIMEOUT] < cold[0].canary[Outcome.TIMEOUT]


def test_a_sick_environment_is_one_of_its_version_s_and_gets_well_again() -> None:
    ill = [spell for seed in range(300) for spell in spells(cell("sick/canary/100"), seed)]
    canary = {round(one.canary[Outcome.THROWN], 3) for one in ill}
    stable = {round(one.stable[Outcome.THROWN], 3) for one in ill}
    assert {0.005, round(0.005 + 0.995 / 3, 3)} <= canary  # 10 requests a second keep two busy: three environments
    assert {0.005, round(0.005 + 0.995 / 19, 3)} <= stable
    assert max(one.until - one.since for one in ill if one.canary[Outcome.THROWN] > 0.1) <= SICK_SECONDS


def test_environments_fall_ill_about_once_an_hour_each() -> None:
    runs = 2_000
    began = sum(
        1
        for seed in range(runs)
        for before, after in pairwise([None, *spells(cell("sick/canary/10"), seed)])
        if after is not None
        and after.canary[Outcome.THROWN] > 0.5
        and (before is None or before.canary[Outcome.THROWN] < 0.5)
    )
    assert began / runs == pytest.approx(300 / 3_600, rel=0.2)  # one environment, five minutes
