"""Logs are kept as long as in the base, and not for ever."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "logs_are_kept"
GROUP = "Logs::LogGroup"


def days(number: Any) -> dict[str, Any]:
    return {"RetentionInDays": number}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (days(365), {}, "it is kept for ever: was 365, is nothing"),
        (days(365), days(1), "too few days: was 365, is 1"),
        (days(365), days("30"), "too few days: was 365, is 30"),
        (days(1), days(1), "too few days: was 1, is 1"),
        (days(365), days({"Ref": "Days"}), "kept for ever"),
        (days(30), days(30) | {"LogGroupClass": "INFREQUENT_ACCESS"}, "no filter reads it any more: was STANDARD"),
    ],
)
def test_too_few_days_and_no_end_are_told(old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    (finding,) = found(RULE, update(GROUP, old, new))
    assert told in finding.what


@pytest.mark.parametrize(("old", "new"), [(days(14), days(30)), (days(365), days("731")), ({}, days(30))])
def test_more_days_are_welcome(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(RULE, update(GROUP, old, new)) == ()
