"""A queue takes messages as large as in the base, and keeps what nobody has received yet for as long."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_less, number
from pipeline.gates.guard.facts.functions import QUEUE
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="timeouts",
    what="No queue keeps messages, or dead letters, for less time than in the base, or takes small ones alone",
    why="SQS deletes what is older in the same minute and refuses what is larger, and nobody has seen it",
    fix="leave the retention period and the largest size; what is large may be kept in a bucket, a release before",
    models="I19: dead letters that are gone before anybody looks; a largest size below what is sent",
    needs="nothing",
)
SIZE = "MaximumMessageSize"
KEPT = 345_600
"""Seconds that SQS keeps a message if nothing is said."""
LARGEST, USUAL = 1_048_576, 262_144
"""Bytes of a message if nothing is said, and what EventBridge and Lambda send at most (SQS quotas)."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each queue that both have."""
    for old in subject.of_base(QUEUE):
        new = subject.after(old)
        if new and new.type == old.type:
            was, now = old.at("MessageRetentionPeriod"), new.at("MessageRetentionPeriod")
            wrong = Wrong(f"kept for less time: {changed(was, now)}", "MessageRetentionPeriod")
            yield looked(new, wrong if is_less(now, was, KEPT) else None, _smaller(old, new))


def _smaller(old: Resource, new: Resource) -> Wrong | None:
    was, now = old.at(SIZE), new.at(SIZE)
    before, after = number(was, USUAL), number(now, LARGEST)
    less = before is not None and after is not None and after < before
    return Wrong(f"larger messages are refused: {changed(was, now)}", SIZE) if less else None
