"""What feeds a function goes on feeding it, and hands back only what failed."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release, update

RULE = "event_source_stays"
KIND = "Lambda::EventSourceMapping"
SOURCE = {
    "EventSourceArn": {"Fn::GetAtt": ["Jobs", "Arn"]},
    "FunctionName": {"Ref": "Live"},
    "BatchSize": 10,
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "ScalingConfig": {"MaximumConcurrency": 5},
    "FilterCriteria": {"Filters": [{"Pattern": "{}"}]},
    "BisectBatchOnFunctionError": True,
    "MaximumRetryAttempts": 20,
    "DestinationConfig": {"OnFailure": {"Destination": "dead"}},
}


def but(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (SOURCE | changes).items() if value is not None}


@pytest.mark.parametrize(
    ("new", "where"),
    [
        (but(Enabled=False), "Enabled"),
        (but(Enabled="false"), "Enabled"),
        (but(FunctionResponseTypes=None), "FunctionResponseTypes"),
        (but(ScalingConfig=None), "ScalingConfig.MaximumConcurrency"),
        (but(ScalingConfig={"MaximumConcurrency": 500}), "ScalingConfig.MaximumConcurrency"),
        (but(FilterCriteria=None), "FilterCriteria"),
        (but(FilterCriteria={"Filters": []}), "FilterCriteria"),
        (but(BisectBatchOnFunctionError=None), "BisectBatchOnFunctionError"),
        (but(MaximumRetryAttempts=None), "MaximumRetryAttempts"),
        (but(MaximumRetryAttempts=0), "MaximumRetryAttempts"),
        (but(MaximumRecordAgeInSeconds=60), "MaximumRecordAgeInSeconds"),
        (but(DestinationConfig=None), "DestinationConfig"),
        (but(EventSourceArn="another"), "EventSourceArn"),
        (but(StartingPosition="LATEST"), "StartingPosition"),
        (but(FunctionName={"Ref": "Function"}), "FunctionName"),
        (but(BatchSize=1_000), "BatchSize"),
    ],
)
def test_a_setting_that_loses_or_doubles_messages_is_told(new: dict[str, Any], where: str) -> None:
    findings = found(RULE, update(KIND, SOURCE, new))
    assert {finding.where for finding in findings} == {f"prod/orders:It {where}"}


@pytest.mark.parametrize(
    "new",
    [
        SOURCE,
        but(BatchSize=5),
        but(ScalingConfig={"MaximumConcurrency": 8}),
        but(Enabled=True),
        but(MaximumRetryAttempts=30),
        but(MaximumRecordAgeInSeconds=-1),
    ],
)
def test_a_setting_that_loses_nothing_is_right(new: dict[str, Any]) -> None:
    assert found(RULE, update(KIND, SOURCE, new)) == ()


def test_a_larger_batch_with_more_time_is_welcome(real: Assembly) -> None:
    def larger(document: Template) -> None:
        first(document, KIND, "Mail")["Properties"]["BatchSize"] = 100

    def with_time(document: Template) -> None:
        larger(document)
        first(document, "Lambda::Function", "MailFunction")["Properties"]["Timeout"] = 600

    (told,) = found(RULE, release(edited(real, "prod/orders", larger), real))
    assert "more in a batch, in the same time: was 5, is 100" in told.what
    assert found(RULE, release(edited(real, "prod/orders", with_time), real)) == ()


@pytest.mark.parametrize(
    ("name", "size", "seconds", "is_told"),
    [
        ("Importer", 2, 60, True),
        ("Importer", 2, 119, True),
        ("Importer", 2, 120, False),
        ("Mail", 10, 60, False),
        ("Mail", 10, 30, True),
        ("Mail", 11, 60, True),
        ("Mail", 4, 60, False),
    ],
)
def test_each_message_of_a_larger_batch_has_its_time(
    real: Assembly, name: str, size: int, seconds: int, is_told: bool
) -> None:
    def larger(document: Template) -> None:
        first(document, KIND, name)["Properties"]["BatchSize"] = size
        first(document, "Lambda::Function", f"{name}Function")["Properties"]["Timeout"] = seconds

    told = found(RULE, release(edited(real, "prod/orders", larger), real))
    assert ["more in a batch" in each.what for each in told] == [True] * is_told


def test_a_source_that_is_gone_is_told(real: Assembly) -> None:
    def gone(document: Template) -> None:
        name = next(name for name, each in document["Resources"].items() if each["Type"] == f"AWS::{KIND}")
        del document["Resources"][name]

    (told,) = found(RULE, release(edited(real, "prod/orders", gone), real))
    assert "nothing feeds" in told.what
    assert look(RULE, release(real)).checked == 24
