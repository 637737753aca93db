"""What is counted in the logs goes on being counted."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release

RULE = "log_metrics_stay"
FILTER = "Logs::MetricFilter"


def gone(document: Template) -> None:
    name = next(name for name, each in document["Resources"].items() if each["Type"] == f"AWS::{FILTER}")
    del document["Resources"][name]


def given(**properties: Any) -> Any:
    def change(document: Template) -> None:
        first(document, FILTER)["Properties"] |= properties

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (gone, "nothing counts Orders/prod LoggedErrors in this group any more"),
        (given(LogGroupName={"Ref": "Another"}), "nothing counts Orders/prod LoggedErrors"),
        (given(MetricTransformations=[]), "nothing counts Orders/prod LoggedErrors"),
        (given(FilterPattern='{ $.level = "NEVER" }'), 'is { $.level = "NEVER" }'),
    ],
)
def test_what_nobody_counts_any_more_is_told(real: Assembly, change: Any, told: str) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", change), real))
    assert told in finding.what


def test_another_id_and_one_more_filter_are_right(real: Assembly) -> None:
    def renamed(document: Template) -> None:
        resources = document["Resources"]
        name = next(name for name, each in resources.items() if each["Type"] == f"AWS::{FILTER}")
        resources["Renamed"] = resources["OneMore"] = resources.pop(name)

    good = release(edited(real, "prod/orders", renamed), real)
    assert found(RULE, good) == ()
    assert look(RULE, good).checked > 100


EITHER = '{ ($.level = "ERROR") || ($.level = "CRITICAL") }'


def looked_at(**how: Any) -> Any:
    """More lines are counted, and an alarm looks at how many."""

    def change(document: Template) -> None:
        given(FilterPattern=EITHER)(document)
        metric = {"Namespace": "Orders/prod", "MetricName": "LoggedErrors"}
        document["Resources"]["Seen"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": metric | how}

    return change


def in_a_formula(document: Template) -> None:
    looked_at()(document)
    metric = {"Metric": document["Resources"]["Seen"]["Properties"], "Stat": "Sum", "Period": 60}
    rows = [{"Id": "rate", "Expression": "5 / lines"}, {"Id": "lines", "MetricStat": metric, "ReturnData": False}]
    document["Resources"]["Seen"]["Properties"] = {"Metrics": rows, "ComparisonOperator": "GreaterThanThreshold"}


@pytest.mark.parametrize("change", [given(FilterPattern=EITHER), looked_at(ComparisonOperator="GreaterThanThreshold")])
def test_more_lines_may_be_counted(real: Assembly, change: Any) -> None:
    assert found(RULE, release(edited(real, "prod/orders", change), real)) == ()


@pytest.mark.parametrize(
    "change",
    [
        looked_at(ComparisonOperator="LessThanThreshold"),
        in_a_formula,
        given(FilterPattern=EITHER, MetricTransformations=[]),
        given(FilterPattern=EITHER, LogGroupName={"Ref": "Another"}),
    ],
)
def test_more_lines_are_other_lines_where_they_keep_an_alarm_quiet(real: Assembly, change: Any) -> None:
    assert len(found(RULE, release(edited(real, "prod/orders", change), real))) == 1
