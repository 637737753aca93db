"""A table serves no less than the base's does, and an index no less than its table."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "table_capacity_stays"
TABLE = "DynamoDB::Table"


def most(writes: int) -> dict[str, Any]:
    return {"OnDemandThroughput": {"MaxReadRequestUnits": 4_000, "MaxWriteRequestUnits": writes}}


def indexed(table: int, index: int) -> dict[str, Any]:
    return most(table) | {"GlobalSecondaryIndexes": [{"IndexName": "GSI1", **most(index)}]}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"BillingMode": "PAY_PER_REQUEST"}, {"BillingMode": "PROVISIONED"}, "was PAY_PER_REQUEST, is PROVISIONED"),
        ({"BillingMode": "PAY_PER_REQUEST"}, {}, "is PROVISIONED"),
        ({}, {"TableClass": "STANDARD_INFREQUENT_ACCESS"}, "was STANDARD"),
        (most(4_000), most(40), "was 4000, is 40"),
        ({}, most(40), "was nothing, is 40"),
        (indexed(100, 100), indexed(100, 10), "was 100, is 10"),
        (indexed(10, 10), indexed(100, 10), "an index takes fewer writes than its table: 10, and the table 100"),
    ],
)
def test_less_than_before_is_told(old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    assert any(told in finding.what for finding in found(RULE, update(TABLE, old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (most(40), most(4_000)),
        (most(40), {}),
        (indexed(10, 10), indexed(10, 100)),
        ({"ProvisionedThroughput": {"ReadCapacityUnits": "5"}}, {"ProvisionedThroughput": {"ReadCapacityUnits": 6}}),
    ],
)
def test_more_than_before_is_welcome(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(RULE, update(TABLE, old, new)) == ()
