"""An update of a table makes or drops one index, and changes none in place."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, look, update

RULE = "index_changes_one_at_a_time"


def index(name: str, key: str = "PK", projection: str = "ALL") -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": projection},
    }


def table(*indexes: dict[str, Any]) -> dict[str, Any]:
    return {"GlobalSecondaryIndexes": list(indexes)}


ONE = table(index("GSI1"))


@pytest.mark.parametrize("kind", ["DynamoDB::Table", "DynamoDB::GlobalTable"])
@pytest.mark.parametrize(
    ("new", "told"),
    [
        (table(index("GSI1"), index("GSI2"), index("GSI3")), "2 indexes in one update: makes GSI2, GSI3"),
        (table(index("renamed")), "2 indexes in one update: makes renamed and drops GSI1"),
        (table(index("GSI1", key="other")), "the index GSI1 would be dropped and made again"),
        (table(index("GSI1", projection="KEYS_ONLY")), "the index GSI1 would be dropped and made again"),
    ],
)
def test_more_than_one_step_at_once_is_told(kind: str, new: dict[str, Any], told: str) -> None:
    (finding,) = found(RULE, update(kind, ONE, new))
    assert told in finding.what


def test_two_that_go_at_once_are_told() -> None:
    (finding,) = found(RULE, update("DynamoDB::Table", table(index("GSI1"), index("GSI2")), {}))
    assert "drops GSI1, GSI2" in finding.what


@pytest.mark.parametrize("old", [{}, ONE])
def test_one_more_index_is_welcome(old: dict[str, Any]) -> None:
    more = table(*old.get("GlobalSecondaryIndexes", ()), index("New"))
    part = look(RULE, update("DynamoDB::Table", old, more))
    assert (part.findings, part.warnings) == ((), ())


def test_one_that_goes_is_told_to_who_approves_it() -> None:
    part = look(RULE, update("DynamoDB::Table", ONE, {}))
    assert part.findings == ()
    assert "the index GSI1 goes before the old version does" in part.warnings[0].what
