"""Backups are made as often and kept as long as in the base."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_less
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="data",
    what="Every backup plan, selection, vault lock and retention of the base is there, and no shorter",
    why="the day that one is needed is the day that everybody learns it was turned off",
    fix="leave backups as they are; if less is to be kept, say in a waiver who decided it",
    models="Backups shortened or removed",
    needs="nothing",
)
PLAN, SELECTION, VAULT = "AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection", "AWS::Backup::BackupVault"
RETAINED = {
    "AWS::RDS::DBCluster": "BackupRetentionPeriod",
    "AWS::RDS::DBInstance": "BackupRetentionPeriod",
    "AWS::DocDB::DBCluster": "BackupRetentionPeriod",
    "AWS::Neptune::DBCluster": "BackupRetentionPeriod",
    "AWS::ElastiCache::ReplicationGroup": "SnapshotRetentionLimit",
    "AWS::Redshift::Cluster": "AutomatedSnapshotRetentionPeriod",
    "AWS::Events::Archive": "RetentionDays",
}
"""By type, for how many days it keeps backups of itself."""


def look(subject: Subject) -> Iterator[Looked]:
    """Whatever makes or keeps backups in the base."""
    for old in subject.of_base(PLAN, SELECTION, VAULT, *RETAINED):
        new = subject.after(old)
        if new and new.type == old.type:
            yield looked(new, *_wrong(old, new))
        elif old.type in (PLAN, SELECTION):
            yield looked(old, Wrong(f"this {old.type} is gone: no more backups of what it named"))


def _wrong(old: Resource, new: Resource) -> Iterator[Wrong]:
    if old.type in RETAINED and is_less(new.at(RETAINED[old.type]), old.at(RETAINED[old.type]), 1):
        told = changed(old.at(RETAINED[old.type]), new.at(RETAINED[old.type]))
        yield Wrong(f"backups are kept for fewer days: {told}", RETAINED[old.type])
    if old.type == VAULT and old.at("LockConfiguration") != new.at("LockConfiguration"):
        told = changed(old.at("LockConfiguration"), new.at("LockConfiguration"))
        yield Wrong(f"the vault is locked otherwise: {told}", "LockConfiguration")
    if old.type == SELECTION and old.properties != new.properties:
        yield Wrong("other things are backed up than before", "BackupSelection")
    if old.type == PLAN:
        yield from _plan(_rules(old), _rules(new))


def _plan(old: dict[str, Json], new: dict[str, Json]) -> Iterator[Wrong]:
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            yield Wrong(f"the backup {name} is no longer made", "BackupPlan.BackupPlanRule")
        elif at(before, "ScheduleExpression") != at(after, "ScheduleExpression"):
            told = changed(at(before, "ScheduleExpression"), at(after, "ScheduleExpression"))
            yield Wrong(f"the backup {name} is made at other times: {told}", "BackupPlan.BackupPlanRule")
        days = ("Lifecycle", "DeleteAfterDays")
        if is_less(at(after, *days), at(before, *days), float("inf")):
            told = changed(at(before, *days), at(after, *days))
            yield Wrong(f"the backup {name} is kept for fewer days: {told}", "BackupPlan.BackupPlanRule")


def _rules(plan: Resource) -> dict[str, Json]:
    return {str(at(each, "RuleName")): each for each in listed(plan.at("BackupPlan", "BackupPlanRule"))}
