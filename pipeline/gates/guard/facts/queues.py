"""Which queues take what could not be handled or delivered elsewhere. Pure."""

from collections.abc import Iterator, Set

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.functions import QUEUE
from pipeline.gates.guard.values import names_in
from pipeline.gates.openapi.node import Json

_ENDS = frozenset({"deadLetterTargetArn", "DeadLetterConfig", "DeadLetterArn", "OnFailure"})
"""The properties under which SQS, EventBridge, Pipes, Scheduler, SNS and Lambda name such a queue."""


def dead_letters(stack: Stack) -> Set[str]:
    """The logical ids of its queues that something names as the end of what failed, or that say so themselves."""
    named = {name for resource in stack.resources.values() for name in _named(resource.properties)}
    own = {queue.logical_id for queue in stack.all(QUEUE) if queue.at("RedriveAllowPolicy") is not None}
    return named | own


def _named(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from names_in(item) if key in _ENDS else _named(item)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)
