"""When a table's items expire does not change under them."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import assembly, found, resource, subject, update

RULE = "time_to_live_stays"
TABLE = "DynamoDB::Table"


def expiring(attribute: str, *, enabled: Any = True) -> dict[str, Any]:
    return {"TimeToLiveSpecification": {"AttributeName": attribute, "Enabled": enabled}}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({}, expiring("placed_at"), "was nothing, is placed_at"),
        (expiring("expires_at"), expiring("placed_at"), "was expires_at, is placed_at"),
        (expiring("expires_at"), expiring("expires_at", enabled=False), "was expires_at, is nothing"),
        (expiring("expires_at"), {}, "was expires_at, is nothing"),
    ],
)
def test_another_attribute_is_told(old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    (finding,) = found(RULE, update(TABLE, old, new))
    assert told in finding.what


def test_the_same_one_and_a_new_table_are_right() -> None:
    assert found(RULE, update(TABLE, expiring("a"), expiring("a", enabled="true"))) == ()
    new = assembly(prod={"New": resource(TABLE, **expiring("a"))})
    assert found(RULE, subject(new, assembly(prod={}))) == ()
