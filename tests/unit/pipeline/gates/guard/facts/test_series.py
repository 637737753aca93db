"""The series that there are: those that the functions write are what they print."""

import json
from typing import Any

import pytest

from api.adapters.metrics import Executed, count
from pipeline.gates.guard.facts.series import OF_A_VERSION, measured_by


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    count(Executed("orders-prod-orders", "live", "7"), 500, 12.5, business=True)
    (definition,) = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"]
    return definition


def test_what_is_known_of_a_version_is_what_the_functions_print(capsys: pytest.CaptureFixture[str]) -> None:
    definition = printed(capsys)
    own = OF_A_VERSION[1]
    assert own.namespace == definition["Namespace"]
    assert [own.dimensions] == [frozenset(each) for each in definition["Dimensions"]]
    assert {each.name: each.unit for each in own.metrics} == {
        each["Name"]: each["Unit"] for each in definition["Metrics"]
    }


def test_a_metric_tells_of_all_requests_of_failures_or_of_time() -> None:
    assert measured_by("Orders", "ServerErrors") == "failures"
    assert measured_by("AWS/Lambda", "Invocations") == "all"
    assert measured_by("Orders", "Conversions") == "well"
    assert measured_by("AWS/ApiGateway", "Latency") == "time"
    assert measured_by("AWS/SQS", "Latency") == "other"
