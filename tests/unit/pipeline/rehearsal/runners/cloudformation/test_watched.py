"""The limits of watched alarms, in the unit in which people read them."""

from typing import Any

import pytest

from pipeline.record.events import WatchedAlarm
from pipeline.rehearsal.runners.cloudformation.clients import Place
from pipeline.rehearsal.runners.cloudformation.watched import watched_alarms


class Alarms:
    """A world with one alarm."""

    def __init__(self, **alarm: Any) -> None:
        self._alarm = {"AlarmName": "errors", "Threshold": 1.0, **alarm}
        self.asked: list[list[str]] = []

    def client(self, service: str, account: str, region: str) -> Any:
        assert (service, account, region) == ("cloudwatch", "444444444444", "eu-west-1")
        return self

    def describe_alarms(self, AlarmNames: list[str]) -> dict[str, Any]:  # noqa: N803
        self.asked.append(AlarmNames)
        return {"MetricAlarms": [self._alarm], "CompositeAlarms": []}

    def observations(self, after: int) -> list[Any]:
        return [after][:0]

    def local_url(self, url: str) -> str:
        return url


def unit(**alarm: Any) -> str:
    found = watched_alarms(Place(Alarms(**alarm), "444444444444", "eu-west-1"), ["errors"])
    return found["errors"].unit


@pytest.mark.parametrize(
    ("alarm", "expected"),
    [
        ({}, ""),
        ({"Unit": "Percent"}, "%"),
        ({"Unit": "Gigabytes"}, "Gigabytes"),
        ({"Metrics": [{"Id": "e", "Label": "errors (%)", "ReturnData": True}, {"Id": "a", "ReturnData": False}]}, "%"),
        ({"Metrics": [{"Id": "a", "Label": "x (ms)", "ReturnData": False}, {"Id": "e", "Label": "errors"}]}, ""),
        ({"Metrics": [{"Id": "e", "Label": "p99 (of all) (ms)"}]}, "ms"),
    ],
)
def test_the_unit_is_cloudwatchs_or_that_of_the_label(alarm: dict[str, Any], expected: str) -> None:
    assert unit(**alarm) == expected


def test_the_limit_is_the_alarms_threshold() -> None:
    world = Alarms(Threshold=3000.0, Unit="Milliseconds")
    assert watched_alarms(Place(world, "444444444444", "eu-west-1"), ("errors", "all")) == {
        "errors": WatchedAlarm("errors", 3000.0, "ms")
    }
    assert world.asked == [["errors", "all"]]


def test_a_deployment_without_alarms_asks_nothing() -> None:
    world = Alarms()
    assert watched_alarms(Place(world, "444444444444", "eu-west-1"), ()) == {}
    assert world.asked == []
