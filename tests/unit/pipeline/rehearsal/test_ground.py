"""What everything stands on explains what fails once it is gone."""

import pytest

from pipeline.rehearsal.errors import Broke, Cancelled, Refused, Unreadable
from pipeline.rehearsal.ground import solid, standing_on


def gone() -> None:
    raise Broke("the local AWS ended by itself")


@pytest.mark.parametrize("problem", [ConnectionError("refused"), Refused("2 failed"), Broke("no counts")])
def test_whatever_fails_on_lost_ground_fails_because_of_that(problem: Exception) -> None:
    with pytest.raises(Broke, match="the local AWS ended by itself") as broke, standing_on(gone):
        raise problem
    assert broke.value.__context__ is problem


@pytest.mark.parametrize("problem", [Unreadable("no phases", "add one"), Cancelled("told to")])
def test_what_has_its_own_reason_keeps_it(problem: Exception) -> None:
    with pytest.raises(type(problem)) as raised, standing_on(gone):
        raise problem
    assert raised.value is problem


def test_on_solid_ground_nothing_changes() -> None:
    with pytest.raises(KeyError, match="x"), standing_on(solid):
        raise KeyError("x")


def test_what_succeeds_asks_nobody() -> None:
    with standing_on(gone):
        pass
