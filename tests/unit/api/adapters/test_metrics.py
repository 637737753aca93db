"""Every request is counted by the version that answered it."""

import json

import pytest

from api.adapters.metrics import Executed, Happening, count, count_refusal, executed, happened
from tests.support.events import context


@pytest.mark.parametrize(("alias", "expected"), [("live", "live"), ("7", "7"), ("$LATEST", "$LATEST"), ("", "none")])
def test_the_alias_is_the_qualifier_that_was_called(alias: str, expected: str) -> None:
    who = executed(context(alias=alias), {"AWS_LAMBDA_FUNCTION_VERSION": "8"})
    assert who == Executed("orders-function", expected, "8")


def test_without_the_variable_the_version_is_the_contexts() -> None:
    assert executed(context(version="9"), {}).version == "9"


@pytest.mark.parametrize(
    ("status", "errors", "refused"),
    [(200, 0, 0), (304, 0, 0), (399, 0, 0), (400, 0, 1), (404, 0, 1), (499, 0, 1), (500, 1, 0), (503, 1, 0)],
)
def test_server_errors_are_those_from_500_on_and_refusals_those_from_400(
    status: int, errors: int, refused: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "orders")
    count(Executed("f", "live", "8"), status, 12.5)
    line = json.loads(capsys.readouterr().out)
    assert line.pop("_aws")["CloudWatchMetrics"] == [
        {
            "Namespace": "Orders",
            "Dimensions": [["FunctionName", "Alias", "ExecutedVersion"]],
            "Metrics": [
                {"Name": "Requests", "Unit": "Count", "StorageResolution": 1},
                {"Name": "ServerErrors", "Unit": "Count", "StorageResolution": 1},
                {"Name": "Refused", "Unit": "Count", "StorageResolution": 1},
                {"Name": "SlowRequests", "Unit": "Count", "StorageResolution": 1},
                {"Name": "Latency", "Unit": "Milliseconds", "StorageResolution": 1},
            ],
        }
    ]
    assert line == {
        "FunctionName": "f",
        "Alias": "live",
        "ExecutedVersion": "8",
        "Requests": 1,
        "ServerErrors": errors,
        "Refused": refused,
        "SlowRequests": 0,
        "Latency": 12.5,
    }


@pytest.mark.parametrize(("milliseconds", "slow"), [(0.0, 0), (1_000.0, 0), (1_000.5, 1), (29_000.0, 1)])
def test_a_request_of_more_than_a_second_is_slow(
    milliseconds: float, slow: int, capsys: pytest.CaptureFixture[str]
) -> None:
    count(Executed("f", "live", "8"), 200, milliseconds)
    assert json.loads(capsys.readouterr().out)["SlowRequests"] == slow


@pytest.mark.parametrize(("status", "conversions"), [(201, 1), (202, 1), (399, 1), (400, 0), (402, 0), (503, 0)])
def test_what_the_business_lives_on_is_counted_with_how_much_comes_of_it(
    status: int, conversions: int, capsys: pytest.CaptureFixture[str]
) -> None:
    count(Executed("f", "live", "8"), status, 12.5, business=True)
    line = json.loads(capsys.readouterr().out)
    (definition,) = line["_aws"]["CloudWatchMetrics"]
    assert definition["Dimensions"] == [["FunctionName", "Alias", "ExecutedVersion"]]
    assert {each["Name"] for each in definition["Metrics"]} <= line.keys()
    assert [each["Name"] for each in definition["Metrics"]][-2:] == ["Attempts", "Conversions"]
    assert (line["Requests"], line["Attempts"], line["Conversions"]) == (1, 1, conversions)


def test_the_first_request_of_an_environment_is_never_slow(capsys: pytest.CaptureFixture[str]) -> None:
    count(Executed("f", "live", "8"), 200, 9_000.0, cold=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["SlowRequests"], told["Latency"]) == (0, 9_000.0)


@pytest.mark.parametrize("what", [*Happening, "CircuitOpened"])
def test_what_happened_is_counted_for_its_stage_and_by_nothing_else(
    what: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "orders")
    happened(what, "prod")
    line = json.loads(capsys.readouterr().out)
    assert line.pop("_aws")["CloudWatchMetrics"] == [
        {"Namespace": "Orders", "Dimensions": [["Stage"]], "Metrics": [{"Name": str(what), "Unit": "Count"}]}
    ]
    assert line == {"Stage": "prod", str(what): 1}


def test_a_refusal_is_counted_by_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    count_refusal(Executed("f", "live", "8"), "Expired")
    line = json.loads(capsys.readouterr().out)
    assert line.pop("_aws")["CloudWatchMetrics"] == [
        {
            "Namespace": "Orders",
            "Dimensions": [["FunctionName", "Reason"]],
            "Metrics": [{"Name": "AuthFailures", "Unit": "Count"}],
        }
    ]
    assert line == {"FunctionName": "f", "Reason": "Expired", "AuthFailures": 1}
