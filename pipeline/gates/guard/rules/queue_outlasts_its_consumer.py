"""A message stays hidden for as long as its consumer may work at it."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import number
from pipeline.gates.guard.facts.functions import TIMEOUT, fed_by_queues
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="timeouts",
    what="A queue hides a message for six times its consumer's timeout, and the time in which batches gather",
    why="a batch that was throttled, or takes its time, is delivered a second time while the first is at work",
    fix="raise visibility_timeout with the function's timeout",
    models="I20: visibility below six times the timeout, also behind an alias",
    needs="every stage",
)
TIMES = 6
"""Lambda's own advice, and the window comes on top (Lambda developer guide, "Using Lambda with Amazon SQS")."""
VISIBLE = 30
"""Seconds that SQS hides a message if nothing is said."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each queue that feeds a function."""
    for stack in subject.candidate.stacks:
        for mapping, queue, function in fed_by_queues(stack):
            yield looked(queue, _too_short(mapping, queue, function))


def _too_short(mapping: Resource, queue: Resource, function: Resource) -> Wrong | None:
    timeout = number(function.at("Timeout"), TIMEOUT)
    window = number(mapping.at("MaximumBatchingWindowInSeconds"), 0)
    hidden = number(queue.at("VisibilityTimeout"), VISIBLE)
    if timeout is None or window is None or hidden is None:
        values = (function.at("Timeout"), mapping.at("MaximumBatchingWindowInSeconds"), queue.at("VisibilityTimeout"))
        return Wrong(f"times that nobody can compare: {', '.join(map(said, values))}", "VisibilityTimeout")
    least = TIMES * timeout + window
    if hidden >= least:
        return None
    told = f"hidden for {hidden:g} s, of {least:g} s that {function.logical_id} with its {timeout:g} s wants"
    return Wrong(told, "VisibilityTimeout")
