"""Metrics by API: by the second where they are put so, by the minute otherwise; and waits on the world's clock."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.rehearsal.world.account import Account
from tests.rehearsal.world.templates import ref, released, template

pytestmark = pytest.mark.emulator

WAITS = """
import os
def handler(event, context):
    return {name: os.environ[name] for name in ("LOOK_WAIT_SECONDS", "OTHER_SECONDS")}
"""


def put(account: Account, name: str, resolution: int) -> None:
    """CloudWatch API reference, MetricDatum: StorageResolution is 1, or 60 as for everything that says nothing."""
    datum = {"MetricName": name, "Value": 1.0, "StorageResolution": resolution}
    account.client("cloudwatch").put_metric_data(Namespace="Orders", MetricData=[datum])


def sums(account: Account, name: str, period: int) -> dict[datetime, float]:
    stat = {"Metric": {"Namespace": "Orders", "MetricName": name}, "Period": period, "Stat": "Sum"}
    now = datetime.now(UTC)
    told = account.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": stat}],
        StartTime=now - timedelta(hours=2),
        EndTime=now + timedelta(hours=48),
    )
    (found,) = told["MetricDataResults"]
    return dict(zip(found["Timestamps"], found["Values"], strict=True))


def test_what_is_put_by_the_second_is_told_by_ten_and_the_rest_once_a_minute(account: Account) -> None:
    for _ in range(20):
        put(account, "Fine", 1)
        put(account, "Coarse", 60)
        time.sleep(0.005)
    fine, coarse = sums(account, "Fine", 10), sums(account, "Coarse", 10)
    assert sum(fine.values()) == sum(coarse.values()) == 20
    assert {at.second % 10 for at in fine} == {0}
    assert {at.second for at in coarse} == {0}
    assert len(fine) > len(coarse)


def test_minutes_hold_all_that_was_put_in_them(account: Account) -> None:
    for _ in range(5):
        put(account, "Fine", 1)
    found = sums(account, "Fine", 60)
    assert sum(found.values()) == 5
    assert {at.second for at in found} == {0}


def test_what_nobody_put_has_no_value(account: Account) -> None:
    assert sums(account, "Nothing", 10) == {}


def test_a_function_waits_on_the_worlds_clock_and_everything_else_is_left_as_it_is(account: Account) -> None:
    variables = {"LOOK_WAIT_SECONDS": "60", "OTHER_SECONDS": "60"}
    deployed = account.deploy(template(released(1, WAITS, Environment={"Variables": variables}), Name=ref("Function")))
    invoked: Any = account.client("lambda").invoke(FunctionName=deployed.outputs["Name"])
    speed = account.world.status()["speed"]
    assert invoked["Payload"].read().decode() == f'{{"LOOK_WAIT_SECONDS": "{60 / speed:.6g}", "OTHER_SECONDS": "60"}}'
