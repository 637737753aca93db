"""What can't be handled ends in a queue of dead letters, after a few tries."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.amounts import is_less, number
from pipeline.gates.guard.facts.functions import QUEUE
from pipeline.gates.guard.facts.queues import dead_letters
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said

ABOUT = About(
    kind="timeouts",
    what="Every queue hands what was received 2 to 10 times to another queue of its stack, which keeps it as long",
    why="a message that can't be handled is tried for days and then lost, or lost after one throttled try",
    fix="give the queue a dead_letter_queue with max_receive_count 5, kept for 14 days",
    models="I19: redrive or the queue of dead letters removed",
    needs="every stage",
)
FEWEST, MOST = 2, 10
KEPT = 345_600
"""Seconds that SQS keeps a message if nothing is said. One keeps its age when it moves (SQS developer guide)."""
TO, AFTER = ("RedrivePolicy", "deadLetterTargetArn"), ("RedrivePolicy", "maxReceiveCount")


def look(subject: Subject) -> Iterator[Looked]:
    """Each queue that takes no dead letters itself."""
    for stack in subject.candidate.stacks:
        before = subject.stack_before(stack)
        ends = dead_letters(stack) | (dead_letters(before) if before else set())
        for queue in stack.all(QUEUE):
            old = subject.before(queue)
            if queue.logical_id not in ends or queue.at(*TO) is not None or (old and old.at(*TO) is not None):
                yield looked(queue, *_wrong(stack, queue, old))


def _wrong(stack: Stack, queue: Resource, old: Resource | None) -> Iterator[Wrong]:
    end = stack.target(queue.at(*TO))
    if end is None or end.type != QUEUE or end.logical_id == queue.logical_id:
        was = old.at(*TO) if old else None
        yield Wrong(f"what fails goes nowhere: {changed(was, queue.at(*TO))}", "RedrivePolicy")
        return
    tries, had = queue.at(*AFTER), old.at(*AFTER) if old else None
    if not FEWEST <= (number(tries) or 0) <= MOST or is_less(tries, had):
        yield Wrong(f"it is tried {said(tries)} times: {changed(had, tries)}", ".".join(AFTER))
    if is_less(end.at("MessageRetentionPeriod"), queue.at("MessageRetentionPeriod") or KEPT, KEPT):
        kept = f"{said(end.at('MessageRetentionPeriod') or KEPT)} s"
        yield Wrong(f"{end.logical_id} keeps it for {kept}, less than this queue", "MessageRetentionPeriod")
