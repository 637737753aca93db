"""What runs beside the pipeline is told as its stages are, however it ends."""

from itertools import count
from pathlib import Path

import pytest

from pipeline.record.events import ActionFinished, ActionStarted, Event, StageFinished, StageStarted
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.aside import Aside
from pipeline.rehearsal.errors import Broke, Cancelled, Unreadable


def told(problem: Exception | None = None, log: Path | None = None) -> list[Event]:
    """What is told of one action, a second a look, that ends with `problem` or well."""
    events: list[Event] = []
    ticks = count()
    aside = Aside("setup", events.append, lambda: float(next(ticks)))

    def work() -> tuple[int, str]:
        if problem:
            raise problem
        return 7, "seven templates"

    def go() -> None:
        with aside.under_way():
            assert aside.do("candidate", work, log) == 7

    if problem is None:
        go()
    else:
        with pytest.raises(type(problem)):
            go()
    return events


def test_what_went_well_has_its_line_and_its_time(tmp_path: Path) -> None:
    assert told(log=tmp_path / "logs" / "candidate.log") == [
        StageStarted("setup"),
        ActionStarted("setup", "candidate", "logs/candidate.log"),
        ActionFinished("setup", "candidate", Outcome.PASSED, 1.0, "seven templates"),
        StageFinished("setup", Outcome.PASSED, 3.0),
    ]


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        (Cancelled("stopped"), Outcome.INTERRUPTED),
        (Broke("no free port"), Outcome.BROKE),
        (KeyError("Table"), Outcome.BROKE),
    ],
)
def test_what_failed_says_why_and_how_its_log_ends(problem: Exception, outcome: Outcome, tmp_path: Path) -> None:
    log = tmp_path / "world.log"
    log.write_text("first\nlast\n")
    _, _, action, stage = told(problem, log)
    assert action == ActionFinished("setup", "candidate", outcome, 1.0, "", str(problem), ("first", "last"))
    assert stage == StageFinished("setup", outcome, 3.0)


def test_of_what_cannot_be_read_the_first_line_is_told_as_the_run_s_last_word_has_all(tmp_path: Path) -> None:
    log = tmp_path / "candidate.log"
    log.write_text("Traceback\nKeyError\n")
    _, _, action, stage = told(Unreadable("it does not synthesize\n    KeyError", "mend it"), log)
    assert action == ActionFinished("setup", "candidate", Outcome.UNREADABLE, 1.0, "", "it does not synthesize")
    assert stage == StageFinished("setup", Outcome.UNREADABLE, 3.0)
