"""Alarms that another one stands for under another name."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.renamed import successor
from tests.unit.pipeline.gates.guard.templates import assembly, resource, subject

COLD: dict[str, Any] = {
    "AlarmName": "cold",
    "Threshold": 50,
    "AlarmActions": [{"Ref": "Warning"}],
    "Metrics": [{"Id": "rate", "Expression": "a / b", "Label": "cold (%)"}],
}


def follows(properties: dict[str, Any], kind: str = "CloudWatch::Alarm", **body: Any) -> str | None:
    new = assembly(prod={"New": resource(kind, **properties) | body, "Topic": resource("SNS::Topic")})
    release = subject(new, assembly(prod={"Old": resource("CloudWatch::Alarm", **COLD)}))
    found = successor(release, next(release.of_base("AWS::CloudWatch::Alarm")))
    return found.logical_id if found else None


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"AlarmName": "cold-starts", "AlarmDescription": "in other words", "Tags": []},
        {"Metrics": [{"Id": "rate", "Expression": "a / b", "Label": "cold starts (%)"}]},
    ],
)
def test_a_name_is_no_other_alarm(more: dict[str, Any]) -> None:
    assert follows(COLD | more) == "New"


@pytest.mark.parametrize(
    "other",
    [
        {"Threshold": 51},
        {"AlarmActions": []},
        {"AlarmActions": [{"Ref": "Info"}]},
        {"ActionsEnabled": False},
        {"Metrics": [{"Id": "rate", "Expression": "a / c"}]},
        {"TreatMissingData": "missing"},
    ],
)
def test_one_that_asks_or_tells_something_else_is_another(other: dict[str, Any]) -> None:
    assert follows(COLD | other) is None


def test_one_of_another_kind_or_on_a_condition_is_another() -> None:
    assert follows(COLD, "CloudWatch::CompositeAlarm") is None
    assert follows(COLD, Condition="Sometimes") is None
