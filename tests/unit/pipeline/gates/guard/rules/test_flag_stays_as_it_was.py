"""No switch of a function is turned on by the way."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "flag_stays_as_it_was"
FUNCTION = "Lambda::Function"


def variables(**values: Any) -> dict[str, Any]:
    return {"Environment": {"Variables": values}}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (variables(POWER_PEG="false"), variables(POWER_PEG="true"), "was false, is true"),
        (variables(POWER_PEG="0"), variables(POWER_PEG="1"), "was 0, is 1"),
        (variables(POWER_PEG="OFF"), variables(POWER_PEG="on"), "was OFF, is on"),
        (variables(), variables(FEATURE_BASKET="true"), "the switch FEATURE_BASKET is turned on: was nothing"),
        ({}, variables(BASKET_ENABLED="yes"), "is yes"),
    ],
)
def test_a_switch_that_is_turned_on_is_told(old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    (finding,) = found(RULE, update(FUNCTION, old, new))
    assert told in finding.what


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (variables(), variables(FEATURE_BASKET="false")),
        (variables(), variables(GREETING="true", REGION="eu-west-1", USER="1")),
        (variables(POWER_PEG="true"), variables(POWER_PEG="false")),
        (variables(POWER_PEG="true"), variables(POWER_PEG="true")),
        (variables(TABLE="a"), variables(TABLE={"Ref": "Table"})),
    ],
)
def test_a_switch_that_is_off_and_a_plain_setting_are_right(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(RULE, update(FUNCTION, old, new)) == ()
