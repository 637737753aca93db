"""What functions were used for and cost, from what AWS answers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from pipeline import usage
from pipeline.usage import Used, read, render

NOW = datetime(2026, 11, 26, 2, 44, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 26, tzinfo=UTC)
SINCE = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.fixture
def clients() -> Iterator[dict[str, Any]]:
    """Clients that check what they are asked against AWS's own models, and answer for two functions and a stranger."""
    access: dict[str, Any] = {"region_name": "eu-west-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    made: dict[str, Any] = {
        "lambda": boto3.client("lambda", **access),
        "cloudwatch": boto3.client("cloudwatch", **access),
        "ce": boto3.client("ce", **access),
    }
    stubs = {name: Stubber(client) for name, client in made.items()}
    names = ("orders-prod-products", "orders-prod-orders", "somebody-else")
    stubs["lambda"].add_response("list_functions", {"Functions": [{"FunctionName": name} for name in names]}, {})
    groups = [("function$orders", "3.25"), ("function$", "12.0")]
    stubs["ce"].add_response(
        "get_cost_and_usage",
        {
            "ResultsByTime": [
                {"Groups": [{"Keys": [key], "Metrics": {"UnblendedCost": {"Amount": cost}}} for key, cost in groups]},
                {"Groups": [{"Keys": ["function$orders"], "Metrics": {"UnblendedCost": {"Amount": "1.00"}}}]},
            ]
        },
        {
            "TimePeriod": {"Start": "2026-11-16", "End": "2026-11-26"},
            "Granularity": "MONTHLY",
            "Metrics": ["UnblendedCost"],
            "Filter": {"Tags": {"Key": "stage", "Values": ["prod"]}},
            "GroupBy": [{"Type": "TAG", "Key": "function"}],
        },
    )
    for function, values in (("orders", ((700, 300), (432_000_000,), (2, 10))), ("products", ((), (), ()))):
        for (metric, statistic), points in zip(usage.READ, values, strict=True):
            stubs["cloudwatch"].add_response(
                "get_metric_statistics",
                {"Datapoints": [{statistic: float(each)} for each in points]},
                {
                    "Namespace": "AWS/Lambda",
                    "MetricName": metric,
                    "Dimensions": [{"Name": "FunctionName", "Value": f"orders-prod-{function}"}],
                    "StartTime": SINCE,
                    "EndTime": MIDNIGHT,
                    "Period": 86_400,
                    "Statistics": ANY,
                },
            )
    for stub in stubs.values():
        stub.activate()
    yield made
    for stub in stubs.values():
        stub.assert_no_pending_responses()


def test_a_stage_s_functions_are_read_with_their_use_and_their_part_of_the_bill(clients: dict[str, Any]) -> None:
    assert read(clients, "prod", 10, NOW) == [
        Used("orders-prod-orders", 1_000, 432_000.0, 10, 4.25),
        Used("orders-prod-products", 0, 0.0, 0, None),
    ]


def test_utilisation_is_busy_time_of_what_the_peak_could_have_done() -> None:
    assert Used("f", 1_000, 432_000, 10, None).utilisation(10) == 0.05
    assert Used("f", 0, 0, 0, None).utilisation(10) == 0


def test_it_is_told_the_most_costly_first_and_without_a_price_where_there_is_none() -> None:
    told = render([Used("cheap", 0, 0, 0, None), Used("dear", 1_000, 432_000, 10, 4.25)], 10).splitlines()
    assert [line.split()[0] for line in told] == ["function", "dear", "cheap"]
    assert told[1].split() == ["dear", "1,000", "120.0", "10", "5.0%", "4.25"]
    assert told[2].split()[-1] == "-"


def test_the_verb_says_it_for_the_stage_that_is_asked_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline import cli

    asked: list[tuple[str, int]] = []

    def answer(_clients: object, stage: str, days: int, _now: datetime) -> list[Used]:
        asked.append((stage, days))
        return [Used("orders-prod-orders", 1, 1, 1, None)]

    monkeypatch.setattr(usage, "read", answer)
    monkeypatch.setattr(boto3, "client", lambda name: SimpleNamespace(name=name))
    assert cli.main(["usage", "prod", "--days", "7"]) == 0
    assert asked == [("prod", 7)]
    assert "orders-prod-orders" in capsys.readouterr().out
