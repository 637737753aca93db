"""The hook after the shift: a version that nobody tried is never waved through unseen."""

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import Stubber

from pipeline.hooks.after_allow_traffic import check_traffic
from pipeline.hooks.answer import Refused

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FAIL = {"FUNCTION_NAME": "orders-prod-orders", "VERSION": "7", "ALIAS": "live", "NO_TRAFFIC": "fail"}
WARN = {**FAIL, "NO_TRAFFIC": "warn"}
DIMENSIONS = [
    {"Name": "FunctionName", "Value": "orders-prod-orders"},
    {"Name": "Resource", "Value": "orders-prod-orders:live"},
    {"Name": "ExecutedVersion", "Value": "7"},
]


class Measured:
    """CloudWatch, with the sums that a test gives it."""

    def __init__(self, client: "CloudWatchClient") -> None:
        self.client, self.stub = client, Stubber(client)

    def sums(self, *values: float) -> None:
        metric = {"Namespace": "AWS/Lambda", "MetricName": "Invocations", "Dimensions": DIMENSIONS}
        self.stub.add_response(
            "get_metric_data",
            {"MetricDataResults": [{"Id": "served", "Values": list(values)}]},
            {
                "StartTime": NOW - timedelta(hours=12),
                "EndTime": NOW + timedelta(hours=12),
                "MetricDataQueries": [
                    {"Id": "served", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Sum"}},
                ],
            },
        )

    def check(self, environment: dict[str, str]) -> None:
        with self.stub:
            check_traffic(self.client, environment, NOW)
        self.stub.assert_no_pending_responses()


@pytest.fixture
def cloudwatch() -> Measured:
    return Measured(
        boto3.client("cloudwatch", region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")
    )


def test_a_version_that_served_passes(cloudwatch: Measured) -> None:
    cloudwatch.sums(3.0, 250.0)
    cloudwatch.check(FAIL)


def test_a_version_that_served_nobody_fails_where_the_plan_says_so(cloudwatch: Measured) -> None:
    cloudwatch.sums()
    with pytest.raises(Refused, match="version 7 served no request: nothing is known about it"):
        cloudwatch.check(FAIL)


def test_zero_requests_are_no_requests(cloudwatch: Measured) -> None:
    cloudwatch.sums(0.0, 0.0)
    with pytest.raises(Refused, match="served no request"):
        cloudwatch.check(FAIL)


def test_where_the_plan_warns_the_log_claims_nothing(cloudwatch: Measured, caplog: pytest.LogCaptureFixture) -> None:
    cloudwatch.sums()
    with caplog.at_level(logging.INFO):
        cloudwatch.check(WARN)
    assert [(record.levelname, record.message) for record in caplog.records] == [
        (
            "WARNING",
            "version 7 served no request: nothing is known about it; NO_TRAFFIC=warn lets it through",
        )
    ]


def test_a_policy_that_nobody_knows_is_an_error_and_not_a_pass(cloudwatch: Measured) -> None:
    with pytest.raises(ValueError, match="it may be fail or warn"):
        check_traffic(cloudwatch.client, {**FAIL, "NO_TRAFFIC": "pass"}, NOW)
