"""Jobs that share one fate."""

import threading

import pytest

from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Cancelled
from pipeline.rehearsal.together import together

PATIENCE = 10.0


def failing(_: Cancel) -> str:
    raise Broke("no room")


def waiting(cancel: Cancel) -> str:
    assert cancel.wait(PATIENCE), "nobody said stop"
    cancel.check()
    return "went on"


def test_what_jobs_made_comes_in_their_order() -> None:
    second_is_done = threading.Event()

    def first(_: Cancel) -> str:
        assert second_is_done.wait(PATIENCE)
        return "first"

    def second(_: Cancel) -> str:
        second_is_done.set()
        return "second"

    assert together((first, second), Cancel(), 2) == ("first", "second")


def test_when_one_fails_the_others_are_stopped_and_the_cause_is_told() -> None:
    with pytest.raises(Broke, match=r"^no room$"):
        together((waiting, failing), Cancel(), 2)


def test_what_has_not_begun_when_one_fails_never_begins() -> None:
    begun: list[str] = []

    def late(_: Cancel) -> str:
        begun.append("late")
        return "late"

    with pytest.raises(Broke):
        together((failing, late), Cancel(), 1)
    assert begun == []


def test_a_failure_stops_only_what_runs_beside_it() -> None:
    cancel = Cancel()
    with pytest.raises(Broke):
        together((failing,), cancel, 1)
    assert not cancel.is_set()


def test_a_person_stops_all_of_them() -> None:
    cancel = Cancel()

    def interrupting(_: Cancel) -> str:
        cancel.cancel("interrupted by SIGINT")
        return "done"

    with pytest.raises(Cancelled, match=r"^interrupted by SIGINT$"):
        together((waiting, interrupting), cancel, 2)


def test_no_jobs_make_nothing() -> None:
    assert together((), Cancel(), 2) == ()
