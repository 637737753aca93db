"""Backups are made as often and kept as long as in the base."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.guard.templates import assembly, found, resource, subject, update

RULE = "backups_are_kept"


def plan(schedule: str = "cron(0 5 ? * * *)", days: int = 35, name: str = "daily") -> dict[str, Any]:
    rule = {"RuleName": name, "ScheduleExpression": schedule, "Lifecycle": {"DeleteAfterDays": days}}
    return {"BackupPlan": {"BackupPlanRule": [rule]}}


LOCKED = {"LockConfiguration": {"MinRetentionDays": 30}}


@pytest.mark.parametrize(
    ("kind", "old", "new", "told"),
    [
        ("Backup::BackupPlan", plan(), plan(days=7), "kept for fewer days: was 35, is 7"),
        ("Backup::BackupPlan", plan(), plan(schedule="cron(0 5 1 * ? *)"), "made at other times"),
        ("Backup::BackupPlan", plan(), plan(name="weekly"), "the backup daily is no longer made"),
        ("Backup::BackupVault", LOCKED, {}, "locked otherwise"),
        ("Backup::BackupSelection", {"BackupSelection": 1}, {"BackupSelection": 2}, "other things are backed up"),
        ("RDS::DBCluster", {"BackupRetentionPeriod": 30}, {"BackupRetentionPeriod": 1}, "was 30, is 1"),
        ("RDS::DBCluster", {"BackupRetentionPeriod": 30}, {}, "was 30, is nothing"),
    ],
)
def test_fewer_backups_are_told(kind: str, old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    assert any(told in finding.what for finding in found(RULE, update(kind, old, new)))


@pytest.mark.parametrize("kind", ["Backup::BackupPlan", "Backup::BackupSelection"])
def test_a_plan_that_is_gone_is_told(kind: str) -> None:
    (told,) = found(RULE, subject(assembly(prod={"Other": resource(kind)}), assembly(prod={"It": resource(kind)})))
    assert "is gone: no more backups of what it named" in told.what


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("Backup::BackupPlan", plan(), plan(days=90)),
        ("Backup::BackupVault", LOCKED, LOCKED),
        ("RDS::DBCluster", {"BackupRetentionPeriod": 7}, {"BackupRetentionPeriod": 30}),
    ],
)
def test_more_backups_are_welcome(kind: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(RULE, update(kind, old, new)) == ()
