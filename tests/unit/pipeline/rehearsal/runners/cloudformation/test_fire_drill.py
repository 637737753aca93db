"""Every alarm that a stage got is driven to ALARM and back, and one that can't be is the change's fault."""

from typing import Any

import pytest

from pipeline.record.verdict import Outcome
from pipeline.rehearsal.runners.cloudformation.clients import Place
from pipeline.rehearsal.runners.cloudformation.fire_drill import FireDrill, fire_drill
from tests.unit.pipeline.rehearsal.runners.cloudformation.workbench import Bench, service

ALARM = {"Type": "AWS::CloudWatch::Alarm", "Properties": {}}


def record(name: str, **properties: Any) -> dict[str, Any]:
    """An alarm as DescribeAlarms tells it."""
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:eu-west-1:444444444444:alarm:{name}",
        "StateValue": "OK",
        "Namespace": "Orders",
        "MetricName": "ServerErrors",
        "Dimensions": [{"Name": "FunctionName", "Value": "orders"}],
        "Period": 60,
        "Statistic": "Sum",
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "TreatMissingData": "notBreaching",
        **properties,
    }


class CloudWatch:
    """Tells its alarms in pages of two."""

    def __init__(self, *alarms: dict[str, Any]) -> None:
        self.alarms = alarms

    def describe_alarms(self, AlarmTypes: list[str], NextToken: str = "0") -> dict[str, Any]:  # noqa: N803
        assert AlarmTypes == ["MetricAlarm"]
        first = int(NextToken)
        more = {"NextToken": str(first + 2)} if first + 2 < len(self.alarms) else {}
        return {"MetricAlarms": list(self.alarms[first : first + 2]), **more}


class World:
    def __init__(self, *alarms: dict[str, Any]) -> None:
        self.alarms = alarms

    def client(self, service: str, account: str, region: str) -> Any:
        assert (service, account, region) == ("cloudwatch", "444444444444", "eu-west-1")
        return CloudWatch(*self.alarms)


def drill(*alarms: dict[str, Any]) -> FireDrill:
    world: Any = World(*alarms)
    return fire_drill(Place(world, "444444444444", "eu-west-1"))


def test_all_alarms_of_the_account_are_drilled_page_by_page() -> None:
    found = drill(*[record(f"failed-{n}") for n in range(5)])
    assert (found.said, found.failed) == ("5 alarms driven to ALARM and back", "")


def test_an_alarm_on_a_learnt_band_or_that_nobody_can_tell_of_is_counted_as_not_drilled() -> None:
    learnt, unknown = record("unusual", ThresholdMetricId="band"), record("odd", Statistic="tm99")
    found = drill(record("failed"), learnt, unknown)
    assert (found.said, found.failed) == ("1 alarm driven to ALARM and back, 2 others not drilled", "")


def test_without_an_alarm_there_is_nothing_to_say() -> None:
    assert (drill().said, drill().failed) == ("", "")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (record("far", Threshold=1e12), "alarm far does not go off, whatever its metrics say"),
        (record("red", TreatMissingData="ignore"), "alarm red stays in ALARM once nothing is wrong any more"),
    ],
)
def test_one_that_does_not_stand_it_is_told(wrong: dict[str, Any], told: str) -> None:
    assert drill(record("failed"), wrong).failed == told


def alarmed(version: int) -> dict[str, Any]:
    released = service(version)
    return {**released, "Resources": {**released["Resources"], "Alarm": ALARM}}


@pytest.mark.parametrize(
    ("alarm", "outcome", "told"),
    [
        (record("failed"), Outcome.PASSED, "1 alarm driven to ALARM and back"),
        (record("far", Threshold=1e12), Outcome.REFUSED, "fire drill"),
    ],
)
def test_a_stage_that_got_alarms_has_its_drill(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, alarm: dict[str, Any], outcome: Outcome, told: str
) -> None:
    bench.deployed(alarmed(1))
    bench.template(alarmed(2))
    bench.prepare()
    monkeypatch.setattr(Place, "cloudwatch", lambda _: CloudWatch(alarm))
    result = bench.execute()
    assert (result.outcome, result.summary.split("; ")[-1]) == (outcome, told)
    assert ("alarm far does not go off" in result.reason) is (outcome is Outcome.REFUSED)


def test_a_stage_without_alarms_has_none(bench: Bench) -> None:
    bench.deployed(service(1))
    bench.template(service(2))
    bench.prepare()
    assert "ALARM" not in bench.execute().summary
