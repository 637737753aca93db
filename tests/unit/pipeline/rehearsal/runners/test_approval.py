"""An approval is a yes to exactly one digest; silence, a closed terminal and nobody are a no."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TextIO

import pytest

from pipeline.record.events import ApprovalAnswered, ApprovalAsked, Event
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Cancelled, Unreadable
from pipeline.rehearsal.runners.approval import (
    Answer,
    ApprovalRunner,
    FlagApprover,
    Nobody,
    Question,
    TerminalApprover,
    forewarning,
    promoted_digest,
)
from pipeline.rehearsal.runners.base import ActionResult
from pipeline.rehearsal.spec import Action
from tests.unit.pipeline.rehearsal.making import approve, build, pipeline, source
from tests.unit.pipeline.rehearsal.runners.context import context_of

DIGEST = "91c0" * 16
QUESTION = Question("prod", "approval", DIGEST, "Deploy it?", 10)
LINKED = Action(
    "approval",
    "Approval",
    "AWS",
    "Manual",
    "1",
    configuration={"CustomData": "Deploy it?", "ExternalEntityLink": "https://example.org/1"},
)


@pytest.fixture
def keyboard() -> Iterator[tuple[TextIO, TextIO]]:
    """A terminal as a pipe: what it reads, and what a person types on."""
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as terminal, os.fdopen(write, "w", encoding="utf-8") as fingers:
        yield terminal, fingers


def asked(approver: FlagApprover | Nobody, folder: Path) -> tuple[ActionResult, list[Event]]:
    events: list[Event] = []
    context = context_of(LINKED, folder, promotes={"Synth": DIGEST}, events=events)
    return ApprovalRunner(approver).run(LINKED, context), events


def test_a_yes_is_bound_to_the_digest_of_what_is_promoted(tmp_path: Path) -> None:
    result, events = asked(FlagApprover(True, "--approve"), tmp_path)
    assert (result.outcome, result.summary) == (Outcome.PASSED, "by --approve")
    assert events == [
        ApprovalAsked("prod", "approval", DIGEST, "Deploy it?\nhttps://example.org/1"),
        ApprovalAnswered("prod", "approval", True, "--approve"),
    ]
    assert f"approved by --approve: {DIGEST}" in (tmp_path / "prod.approval.log").read_text()


def test_a_no_refuses(tmp_path: Path) -> None:
    result, events = asked(FlagApprover(False, "--reject"), tmp_path)
    assert (result.outcome, result.reason) == (Outcome.REFUSED, "approval was rejected by --reject")
    assert events[1:] == [ApprovalAnswered("prod", "approval", False, "--reject", "approval was rejected by --reject")]


def test_without_a_terminal_and_a_flag_the_run_was_started_wrongly_and_says_how_to_start_it(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"nobody could be asked.*add --approve, or run it in"):
        asked(Nobody(), tmp_path)


@pytest.mark.parametrize(
    ("typed", "approved"),
    [("y\n", True), ("YES\n", True), ("approve\n", True), ("\n", False), ("n\n", False), ("No\n", False)],
)
def test_only_a_plain_yes_at_the_terminal_is_a_yes(keyboard: tuple[TextIO, TextIO], typed: str, approved: bool) -> None:
    terminal, fingers = keyboard
    fingers.write(typed)
    fingers.flush()
    shown: list[str] = []
    answer = TerminalApprover(terminal, shown.append, "ada").ask(QUESTION, Cancel())
    assert (answer.approved, answer.by) == (approved, "ada")
    assert shown == ["Deploy it?\napprove prod of 91c091c091c0? [y/N] "]


@pytest.mark.parametrize(("then", "approved"), [("yes", True), ("no", False)])
def test_what_is_neither_yes_nor_no_is_asked_again(keyboard: tuple[TextIO, TextIO], then: str, approved: bool) -> None:
    terminal, fingers = keyboard
    shown: list[str] = []

    def show(text: str) -> None:
        shown.append(text)
        fingers.write("yes please\n" if len(shown) == 1 else f"{then}\n")
        fingers.flush()

    answer = TerminalApprover(terminal, show, "ada").ask(QUESTION, Cancel())
    assert (answer.approved, answer.by) == (approved, "ada")
    assert shown[1:] == ["'yes please' is neither yes nor no\napprove prod of 91c091c091c0? [y/N] "]


def test_lines_that_come_at_once_are_read_one_after_the_other(keyboard: tuple[TextIO, TextIO]) -> None:
    terminal, fingers = keyboard
    fingers.write("what?\nyes\nno\n")
    fingers.flush()
    assert TerminalApprover(terminal, lambda _: None, "ada").ask(QUESTION, Cancel()) == Answer(True, "ada")


def test_a_terminal_that_is_closed_is_a_no(keyboard: tuple[TextIO, TextIO]) -> None:
    terminal, fingers = keyboard
    fingers.close()
    answer = TerminalApprover(terminal, lambda _: None, "ada").ask(QUESTION, Cancel())
    assert answer == Answer(False, "ada", "approval was rejected: the terminal was closed")


def test_an_approval_that_nobody_answers_expires_on_the_compressed_clock(keyboard: tuple[TextIO, TextIO]) -> None:
    terminal, _ = keyboard
    seconds = count(0, 25)
    waiting = TerminalApprover(terminal, lambda _: None, "ada", speed=30, clock=lambda: float(next(seconds)))
    assert waiting.ask(QUESTION, Cancel()) == Answer(False, "nobody", "approval expired: no answer in 10 minutes")


def test_a_stopped_run_stops_asking(keyboard: tuple[TextIO, TextIO]) -> None:
    cancel = Cancel()
    cancel.cancel("a signal")
    with pytest.raises(Cancelled):
        TerminalApprover(keyboard[0], lambda _: None, "ada").ask(QUESTION, cancel)
    with pytest.raises(Cancelled):
        FlagApprover(True, "--approve").ask(QUESTION, cancel)


def test_the_actions_own_timeout_counts(tmp_path: Path) -> None:
    asked: list[float] = []

    class Noting:
        def ask(self, question: Question, cancel: Cancel) -> Answer:
            asked.append(question.minutes)
            return Answer(not cancel.is_set(), "test")

    for action in (approve(), approve(minutes=5)):
        ApprovalRunner(Noting()).run(action, context_of(action, tmp_path))
    assert asked == [7 * 24 * 60, 5]


def test_one_digest_stands_for_all_that_is_promoted() -> None:
    both = promoted_digest({"A": "1", "B": "2"})
    assert promoted_digest({}) == ""
    assert promoted_digest({"A": DIGEST}) == DIGEST
    assert both == promoted_digest({"B": "2", "A": "1"})
    assert both not in (promoted_digest({"A": "1", "B": "3"}), promoted_digest({"A": "2", "B": "1"}))


# --- before anything is asked ----------------------------------------------------------------------------------------

ASKING = pipeline(("Source", source()), ("beta", approve("go")), ("prod", approve("ship")))


def test_every_approval_that_nobody_can_answer_is_named_at_once_with_the_way_out() -> None:
    assert forewarning(ASKING, Nobody()) == (
        "nobody can answer when the pipeline asks for approval (beta.go, prod.ship): "
        "this run has no terminal and will end there; add --approve, or run it in a terminal"
    )


def test_nobody_is_warned_where_somebody_can_answer(keyboard: tuple[TextIO, TextIO]) -> None:
    assert forewarning(ASKING, FlagApprover(False, "--reject")) == ""
    assert forewarning(ASKING, TerminalApprover(keyboard[0], print, "ada")) == ""


def test_nobody_is_warned_where_nothing_is_asked() -> None:
    assert forewarning(pipeline(("Source", source()), ("Build", build("unit"))), Nobody()) == ""
