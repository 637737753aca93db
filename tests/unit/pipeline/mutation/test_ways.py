"""What is asked by which way: the gates of Build in their order, a stage that stands, a whole rehearsal by its tape."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.mutation.ask import Copy, Surroundings, child_environment
from pipeline.mutation.order import stage_gates, steps
from pipeline.mutation.rehearsed import answers_of, rehearse
from pipeline.mutation.stage import standing, variables
from pipeline.plan.delivery import DELIVERY
from pipeline.record.run import fold
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Refused
from tests.report import sample

UP = """#!/usr/bin/env bash
[ -e says ] && { echo "it says $(cat says)"; exit "$(cat says)"; }
mkdir -p .slipway/up
echo "export SLIPWAY_API_URL='http://here/it stands/'" >.slipway/up/environment.sh
touch .slipway/up/state.json
exec sleep 60
"""


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    (tmp_path / "scripts").mkdir()
    for name in ("slipway", "rehearse"):
        (tmp_path / "scripts" / name).write_text(UP)
        (tmp_path / "scripts" / name).chmod(0o755)
    return Copy(tmp_path, tmp_path / "log", Surroundings({"PATH": os.environ["PATH"]}, Cancel()))


def test_what_answers_soonest_is_asked_first_and_output_after_synthesis() -> None:
    asked = steps(DELIVERY)
    assert [step.name for step in asked] == ["workflow", "synth", "lint", "guard", "contract", "scan", "unit"]
    assert {step.after for step in asked if step.gate in DELIVERY.output_gates} == {"synth"}


def test_what_takes_long_waits_for_all_that_does_not() -> None:
    assert [step.name for step in steps(DELIVERY) if step.takes_long] == ["scan", "unit"]


def test_a_gate_that_nobody_has_timed_comes_behind_the_quick_ones() -> None:
    new = replace(DELIVERY, source_gates=(replace(DELIVERY.source_gates[0], name="new"), *DELIVERY.source_gates))
    assert [step.name for step in steps(new)].index("new") == len(steps(new)) - 2


def test_a_stage_is_the_first_one_unless_it_is_named() -> None:
    assert stage_gates(DELIVERY, None)[0] == DELIVERY.stages[0].name
    assert stage_gates(DELIVERY, "prod")[0] == "prod"
    with pytest.raises(KeyError, match="no stage 'nowhere'"):
        stage_gates(DELIVERY, "nowhere")


def test_a_childs_environment_knows_the_base_and_no_other_stage_or_run() -> None:
    ours = {"PATH": "/bin", "SLIPWAY_HOME": "/home", "SLIPWAY_API_URL": "http://x", "AWS_REGION": "x", "GITHUB_X": "x"}
    assert child_environment(ours, Path("/base")) == {
        "PATH": "/bin",
        "SLIPWAY_HOME": "/home",
        "SLIPWAY_BASE": "/base",
    }


def test_a_stage_stands_while_it_is_asked_and_tells_where_it_is(copy: Copy) -> None:
    with standing(copy, "beta") as told:
        assert told == {"SLIPWAY_API_URL": "http://here/it stands/"}


def test_variables_are_what_a_shell_would_set() -> None:
    assert variables("# a file\nexport A=1\nexport B='two words'\n") == {"A": "1", "B": "two words"}


@pytest.mark.parametrize(("code", "kind"), [("2", Refused), ("3", Broke)])
def test_a_stage_that_can_not_be_put_up_says_whose_fault_it_is(code: str, kind: type[Exception], copy: Copy) -> None:
    (copy.root / "says").write_text(code)
    with pytest.raises(kind, match=f"it says {code}"), standing(copy, "beta"):
        pass


def test_a_rehearsal_that_left_no_tape_broke(copy: Copy) -> None:
    (copy.root / "says").write_text("3")
    (answer,) = rehearse(copy)
    assert (answer.gate, answer.outcome) == ("rehearsal", Outcome.BROKE)


def test_a_rollout_that_went_back_is_the_refusal() -> None:
    *passed, last = answers_of(fold(sample.rolled_back()), 1)
    assert {one.outcome for one in passed} == {Outcome.PASSED}
    assert (last.gate, last.outcome) == ("rollout", Outcome.REFUSED)
    assert last.findings[0].where.startswith("prod: ")
    assert "ALARM" in last.findings[0].what


def test_a_gate_that_refused_in_a_rehearsal_answers_with_its_own_findings() -> None:
    refused = [one for one in answers_of(fold(sample.refused()), 1) if one.outcome is Outcome.REFUSED]
    assert refused
    assert all(one.findings for one in refused)


def test_a_rehearsal_that_delivered_passed_all_that_it_asked() -> None:
    answers = answers_of(fold(sample.delivered()), 0)
    assert {one.outcome for one in answers} == {Outcome.PASSED}
    assert answers[-1].gate == "rehearsal"


def test_a_rehearsal_that_was_cut_off_broke() -> None:
    assert answers_of(fold(sample.cut_off()), 3)[-1].outcome is Outcome.BROKE
