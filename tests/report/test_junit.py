"""JUnit tells the change's fault from ours, and nothing that was not whole looks green."""

from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from pipeline.record.events import (
    ActionFinished,
    ActionStarted,
    Event,
    RunFinished,
    StageFinished,
    StageStarted,
)
from pipeline.record.run import Run
from pipeline.record.verdict import Outcome
from pipeline.report import junit
from tests.report import sample
from tests.unit.pipeline.record.test_run import BEGIN, READ, folded

UNIT = (StageStarted("Build"), ActionStarted("Build", "unit"))


def ended(outcome: Outcome, reason: str = "", name: str = "unit") -> ActionFinished:
    return ActionFinished("Build", name, outcome, 2.0, "", reason)


def over(outcome: Outcome, sentence: str = "it did not go well") -> RunFinished:
    return RunFinished(outcome, "Build", sentence, "scripts/rehearse", 1, 9.0)


def cases(*events: Event) -> dict[str, tuple[str, str]]:
    """What each case holds: the element and its message."""
    return told(folded(BEGIN, READ, *events))


def told(run: Run) -> dict[str, tuple[str, str]]:
    root = ElementTree.fromstring(junit.render(run))  # noqa: S314  we wrote it
    counted(root.iter("testsuite"))
    return {
        case.get("name", ""): next(((child.tag, child.get("message", "")) for child in case), ("passed", ""))
        for case in root.iter("testcase")
    }


def counted(suites: Iterable[ElementTree.Element]) -> None:
    """Every suite's counts are those of its cases."""
    for suite in suites:
        found = [child.tag for case in suite for child in case]
        kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
        assert {name: int(suite.get(name, "0")) for name in kinds} == {n: found.count(k) for n, k in kinds.items()}
        assert int(suite.get("tests", "0")) == len(suite)


@pytest.mark.parametrize(
    ("outcome", "element"),
    [(Outcome.REFUSED, "failure"), (Outcome.BROKE, "error"), (Outcome.UNREADABLE, "error")],
)
def test_a_refusal_is_a_failure_and_what_is_ours_an_error(outcome: Outcome, element: str) -> None:
    assert cases(*UNIT, ended(outcome, "so it is"), over(outcome)) == {
        "unit": (element, "so it is"),
        "Deploy": ("skipped", "not reached"),
    }


def test_what_was_stopped_because_another_failed_is_skipped_with_that_reason() -> None:
    lint = ActionStarted("Build", "lint")
    stopped = ended(Outcome.INTERRUPTED, "stopped because unit was refused", "lint")
    found = cases(*UNIT, lint, ended(Outcome.REFUSED, "1 failed"), stopped, over(Outcome.REFUSED))
    assert found["lint"] == ("skipped", "stopped because unit was refused")
    assert "rehearsal" not in found


def test_a_run_that_a_person_stopped_says_so_in_a_case_of_its_own() -> None:
    stopped = ended(Outcome.INTERRUPTED, "interrupted by SIGINT")
    found = cases(*UNIT, stopped, over(Outcome.INTERRUPTED, "interrupted in Build"))
    assert found["unit"] == ("skipped", "interrupted by SIGINT")
    assert found["rehearsal"] == ("error", "interrupted in Build")


def test_a_run_that_broke_between_two_actions_is_no_run_of_passes() -> None:
    passed = (*UNIT, ended(Outcome.PASSED), StageFinished("Build", Outcome.PASSED, 2.0))
    assert cases(*passed, over(Outcome.BROKE, "no free port"))["rehearsal"] == ("error", "no free port")
    assert cases(*passed, over(Outcome.PASSED)).keys() == {"unit", "Deploy"}


def test_of_a_run_that_was_cut_off_what_was_under_way_is_an_error() -> None:
    assert cases(*UNIT) == {"unit": ("error", "the run was cut off"), "Deploy": ("skipped", "not reached")}
    assert cases()["rehearsal"] == ("error", "the run was cut off")


def test_a_rollback_is_the_failure_of_the_action_that_deployed() -> None:
    run = told(folded(*(entry.event for entry in sample.rolled_back())))
    assert run["Deploy"][0] == "failure"
    assert run["smoke"] == ("skipped", "not reached")


def test_characters_that_xml_has_no_place_for_are_replaced() -> None:
    assert cases(*UNIT, ended(Outcome.REFUSED, "a\x00b\x1bc"), over(Outcome.REFUSED))["unit"][1] == "a\ufffdb\ufffdc"
    assert told(replace(folded(BEGIN), started=replace(BEGIN, product="a\x07")))
