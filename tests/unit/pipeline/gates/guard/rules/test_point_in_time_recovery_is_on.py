"""Every table can be brought back as it was at any second."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "point_in_time_recovery_is_on"
TABLE = "DynamoDB::Table"


def recovery(**settings: Any) -> dict[str, Any]:
    return {"PointInTimeRecoverySpecification": settings}


ON = recovery(PointInTimeRecoveryEnabled=True)


@pytest.mark.parametrize(
    "new", [{}, recovery(PointInTimeRecoveryEnabled=False), recovery(), {"PointInTimeRecoverySpecification": "x"}]
)
def test_a_table_without_it_is_told(new: dict[str, Any]) -> None:
    (finding,) = found(RULE, update(TABLE, ON, new))
    assert "can't be brought back: was true" in finding.what


def test_fewer_days_than_before_are_told_and_more_are_not() -> None:
    short = recovery(PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=7)
    (finding,) = found(RULE, update(TABLE, ON, short))
    assert "fewer days to bring back: was nothing, is 7" in finding.what
    assert found(RULE, update(TABLE, short, ON)) == ()
    assert found(RULE, update(TABLE, short, short)) == ()


def test_each_copy_of_a_global_table_is_looked_at() -> None:
    (finding,) = found(RULE, update("DynamoDB::GlobalTable", {"Replicas": [ON, ON]}, {"Replicas": [ON, {}]}))
    assert finding.where == "prod/orders:It Replicas.1.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"
