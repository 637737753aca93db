"""What everything stands on explains what fails once it is gone."""

from pathlib import Path

import pytest

from pipeline.record.verdict import Outcome
from pipeline.rehearsal.errors import Broke, Cancelled, Refused, Unreadable
from pipeline.rehearsal.ground import solid, standing_on
from pipeline.rehearsal.runners.base import ActionContext, ActionResult
from tests.unit.pipeline.rehearsal.walking import TWO, Deed, Stand, raising


def gone() -> None:
    raise Broke("the local AWS ended by itself (exit status -9); its log: emulator.log")


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


# --- in a walk -------------------------------------------------------------------------------------------------------


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    return Stand(tmp_path)


@pytest.mark.parametrize(
    "deed",
    [
        raising(ConnectionError("Could not connect to the endpoint URL")),
        raising(Broke("the traffic ended without its counts")),
        raising(Refused("the stack failed")),
        lambda _: ActionResult(Outcome.BROKE, "no verdict", "exit status 3"),
        lambda _: ActionResult(Outcome.REFUSED, "2 tests failed", "2 tests failed"),
    ],
)
def test_when_the_ground_is_gone_that_is_why_an_action_failed(stand: Stand, deed: Deed) -> None:
    stand.ground = gone
    ended = stand.walk(TWO, unit=deed)
    assert (ended.outcome, ended.action, stand.ends["unit"].verdict) == (Outcome.BROKE, "unit", None)
    assert stand.ends["unit"].reason == "the local AWS ended by itself (exit status -9); its log: emulator.log"


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [(Unreadable("no phases", "add one"), Outcome.UNREADABLE), (Cancelled("told to"), Outcome.INTERRUPTED)],
)
def test_a_lost_ground_explains_neither_documents_nor_people(
    stand: Stand, problem: Exception, outcome: Outcome
) -> None:
    stand.ground = gone
    assert stand.walk(TWO, unit=raising(problem)).outcome is outcome


def test_what_passes_without_the_ground_has_passed(stand: Stand) -> None:
    stand.ground = gone
    assert stand.walk(TWO).outcome is Outcome.PASSED


def test_a_person_who_stops_a_run_is_why_it_stopped_whatever_is_gone_by_then(stand: Stand) -> None:
    def torn(_: ActionContext) -> ActionResult:
        stand.cancel.cancel("a signal")
        raise ConnectionResetError("the world is gone")

    stand.ground = gone
    assert (stand.walk(TWO, unit=torn).outcome, stand.ends["unit"].reason) == (Outcome.INTERRUPTED, "a signal")


def test_the_log_of_a_break_that_knows_why_has_no_traceback_unless_something_led_to_it(stand: Stand) -> None:
    stand.ground = gone
    stand.walk(TWO, unit=lambda _: ActionResult(Outcome.REFUSED))
    assert stand.log("Build.unit.log") == "the local AWS ended by itself (exit status -9); its log: emulator.log\n"


def test_what_a_lost_ground_led_to_stays_in_the_log(stand: Stand) -> None:
    stand.ground = gone
    stand.walk(TWO, unit=raising(ConnectionError("Could not connect")))
    assert "ConnectionError: Could not connect" in stand.log("Build.unit.log")
