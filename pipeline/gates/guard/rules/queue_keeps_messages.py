"""A queue keeps what nobody has received yet for as long as in the base."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_less
from pipeline.gates.guard.facts.functions import QUEUE
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="timeouts",
    what="No queue keeps messages, or dead letters, for less time than in the base",
    why="SQS deletes what is older in the same minute, and nobody has seen why it failed",
    fix="leave the retention period",
    models="I19: dead letters that are gone before anybody looks",
    needs="nothing",
)
KEPT = 345_600
"""Seconds that SQS keeps a message if nothing is said."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each queue that both have."""
    for old in subject.of_base(QUEUE):
        new = subject.after(old)
        if new and new.type == old.type:
            was, now = old.at("MessageRetentionPeriod"), new.at("MessageRetentionPeriod")
            wrong = Wrong(f"kept for less time: {changed(was, now)}", "MessageRetentionPeriod")
            yield looked(new, wrong if is_less(now, was, KEPT) else None)
