"""Tables, user pools and databases refuse to be deleted."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import found, update

RULE = "deletion_protection_is_on"
PROTECTED = {"DeletionProtectionEnabled": True}


@pytest.mark.parametrize(
    ("kind", "old", "new", "told"),
    [
        ("DynamoDB::Table", PROTECTED, {"DeletionProtectionEnabled": False}, "was true, is false"),
        ("DynamoDB::Table", PROTECTED, {}, "was true, is nothing"),
        ("DynamoDB::GlobalTable", {"Replicas": [PROTECTED]}, {"Replicas": [{}]}, "was true, is nothing"),
        ("Cognito::UserPool", {"DeletionProtection": "ACTIVE"}, {"DeletionProtection": "INACTIVE"}, "is INACTIVE"),
        ("RDS::DBCluster", {"DeletionProtection": True}, {"DeletionProtection": "false"}, "is false"),
    ],
)
def test_what_can_be_deleted_is_told(kind: str, old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    (finding, *_) = found(RULE, update(kind, old, new))
    assert "deletion protection is off" in finding.what
    assert told in finding.what


@pytest.mark.parametrize(
    ("kind", "new"),
    [
        ("DynamoDB::Table", PROTECTED),
        ("DynamoDB::Table", {"DeletionProtectionEnabled": "true"}),
        ("DynamoDB::GlobalTable", {"Replicas": [PROTECTED, PROTECTED]}),
        ("Cognito::UserPool", {"DeletionProtection": "ACTIVE"}),
    ],
)
def test_what_refuses_to_be_deleted_is_right(kind: str, new: dict[str, Any]) -> None:
    assert found(RULE, update(kind, {}, new)) == ()
