"""Logs are kept as long as in the base, and not for ever."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_less, number
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="logs",
    what="Every log group says how long it keeps what is logged: a week at least, and no less than in the base",
    why="what happened before a customer complained is gone, or personal data is kept and paid for without end",
    fix="leave settings.log_retention_days of the stage in pipeline/plan/delivery.py",
    models="I33: log retention absent, or 1 day",
    needs="every stage",
)
GROUP = "AWS::Logs::LogGroup"
LEAST = 7
"""Days: who comes back from a week's leave finds the logs of what was reported meanwhile."""
DAYS, CLASS, STANDARD = "RetentionInDays", "LogGroupClass", "STANDARD"
"""Groups of other classes have no metric filters and subscriptions (CloudWatch Logs user guide, "Log classes")."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each log group."""
    for group in subject.of_candidate(GROUP):
        old = subject.before(group)
        yield looked(group, _wrong(old, group), _unread(old, group) if old else None)


def _wrong(old: Resource | None, group: Resource) -> Wrong | None:
    was, now = (old.at(DAYS) if old else None), group.at(DAYS)
    days = number(now)
    if days is None:
        return Wrong(f"it is kept for ever: {changed(was, now)}", DAYS)
    if days < LEAST or is_less(now, was):
        return Wrong(f"it is kept for too few days: {changed(was, now)}", DAYS)
    return None


def _unread(old: Resource, new: Resource) -> Wrong | None:
    was, now = old.at(CLASS) or STANDARD, new.at(CLASS) or STANDARD
    return None if now in (was, STANDARD) else Wrong(f"no filter reads it any more: {changed(was, now)}", CLASS)
