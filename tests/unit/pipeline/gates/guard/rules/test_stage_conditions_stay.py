"""What a stage asks before it begins, and does when it fails, stays."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import in_action, stage
from tests.unit.pipeline.gates.guard.templates import Change, edited, found, look, release

RULE = "stage_conditions_stay"
WATCHED = {"Conditions": [{"Result": "ROLLBACK", "Rules": [{"Name": "alarms"}, {"Name": "window"}]}]}


def saying(**values: Any) -> Change:
    return lambda document: stage(document, "prod").update(values)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (saying(OnFailure={"Result": "SKIP"}), "OnFailure says SKIP"),
        (
            saying(OnFailure={"Result": "RETRY", "RetryConfiguration": {"RetryMode": "ALL_ACTIONS"}}),
            "OnFailure says RETRY",
        ),
        (saying(BeforeEntry={"Conditions": [{"Result": "SKIP"}]}), "BeforeEntry says SKIP"),
        (in_action("prod", "smoke", ContinueOnFailure=True), "smoke says ContinueOnFailure"),
    ],
)
def test_a_stage_that_may_be_left_out_is_told(real: Assembly, change: Change, told: str) -> None:
    (finding,) = found(RULE, release(edited(real, "pipeline", change)))
    assert finding.where.startswith("pipeline:Delivery")
    assert told in finding.what


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"OnSuccess": WATCHED}, {}, "what it does OnSuccess is gone"),
        ({"OnFailure": {"Result": "ROLLBACK"}}, {}, "what it does OnFailure is gone"),
        ({"OnFailure": {"Result": "ROLLBACK"}}, {"OnFailure": {"Result": "FAIL"}}, "its result was ROLLBACK, is FAIL"),
        (
            {"OnSuccess": WATCHED},
            {"OnSuccess": {"Conditions": [{"Result": "ROLLBACK", "Rules": [{"Name": "alarms"}]}]}},
            "a condition OnSuccess is gone",
        ),
        ({"Blockers": [{"Type": "Schedule", "Name": "n"}]}, {"Blockers": []}, "its blockers are gone"),
    ],
)
def test_a_condition_of_the_base_release_that_is_gone_is_told(
    real: Assembly, before: Any, after: Any, told: str
) -> None:
    base = edited(real, "pipeline", saying(**before))
    candidate = edited(real, "pipeline", saying(**after)) if after else real
    (finding,) = found(RULE, release(candidate, base))
    assert told in finding.what


def test_a_new_condition_is_welcome(real: Assembly) -> None:
    good = release(edited(real, "pipeline", saying(OnSuccess=WATCHED, OnFailure={"Result": "ROLLBACK"})), real)
    assert (found(RULE, good), look(RULE, good).checked) == ((), 8)
