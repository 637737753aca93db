"""A key can be had back for a month, is renewed each year, and goes on opening what it closed."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_on, number
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said

ABOUT = About(
    kind="data",
    what="Every key is enabled, waits 30 days before it is deleted, and renews itself at least once a year",
    why="what a deleted key closed is lost, however many copies of it there are",
    fix="take out pending_window, enabled and rotation settings of the key, but enable_key_rotation=True",
    models="I10: a waiting time of 7 days; I09: rotation off",
    needs="every stage",
)
KEY = "AWS::KMS::Key"
WAITING_DAYS, ROTATION_DAYS = 30, 365
"""What KMS takes if nothing is said; the longest it waits is 30 days."""
FIXED = ("KeySpec", "KeyUsage", "Origin", "MultiRegion")
"""What can't be changed: the update fails, so that nobody replaces a key by accident (template reference)."""
SYMMETRIC = (None, "SYMMETRIC_DEFAULT")


def look(subject: Subject) -> Iterator[Looked]:
    """Each key."""
    for key in subject.of_candidate(KEY):
        yield looked(key, *_invariants(key), *_against(subject.before(key), key))


def _invariants(key: Resource) -> Iterator[Wrong]:
    window = key.at("PendingWindowInDays")
    if (number(window, WAITING_DAYS) or 0) < WAITING_DAYS:
        yield Wrong(f"only {said(window)} days to notice that it goes, of {WAITING_DAYS}", "PendingWindowInDays")
    if not is_on(key.at("Enabled"), default=True):
        yield Wrong("it is disabled: nothing that it closed can be opened", "Enabled")
    renews = key.at("KeySpec") in SYMMETRIC and key.at("Origin") in (None, "AWS_KMS")  # KMS renews no other
    if renews and not is_on(key.at("EnableKeyRotation")):
        yield Wrong("it never renews itself: EnableKeyRotation is not true", "EnableKeyRotation")
    period = key.at("RotationPeriodInDays")
    if (number(period, ROTATION_DAYS) or 0) > ROTATION_DAYS:
        yield Wrong(f"it renews itself after {said(period)} days", "RotationPeriodInDays")


def _against(old: Resource | None, new: Resource) -> Iterator[Wrong]:
    if old is None or old.type != new.type:
        return
    for name in FIXED:
        if old.at(name) != new.at(name):
            yield Wrong(f"a key can't become another: {changed(old.at(name), new.at(name))}", name)
