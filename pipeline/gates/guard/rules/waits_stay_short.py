"""What is on its way waits for about as long as in the base before somebody works at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.gates.guard.facts.amounts import number
from pipeline.gates.guard.facts.functions import MAPPING, QUEUE
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="timeouts",
    what="A queue's delay, the time in which a batch gathers, and a schedule's window at most double, or stay short",
    why="every payment, letter and shipment comes so much later, and no alarm counts what has not begun",
    fix="leave the delay; gather larger batches only where nobody waits for them, and waive this with figures",
    models="DelaySeconds of a quarter of an hour on all queues; a pipe or a mapping that gathers for five minutes",
    needs="every stage",
)
PIPE, SCHEDULE = "AWS::Pipes::Pipe", "AWS::Scheduler::Schedule"
WINDOW = "MaximumBatchingWindowInSeconds"
TIMES = 2
SOURCES = (
    "ActiveMQBrokerParameters",
    "DynamoDBStreamParameters",
    "KinesisStreamParameters",
    "ManagedStreamingKafkaParameters",
    "RabbitMQBrokerParameters",
    "SelfManagedKafkaParameters",
    "SqsQueueParameters",
)
"""From what a pipe gathers (Pipes API reference, PipeSourceParameters)."""


@dataclass(frozen=True)
class Wait:
    """Where a wait stands, how many seconds its unit has, and how many nobody minds. Nothing said is no wait."""

    path: tuple[str, ...]
    unit: int = 1
    short: int = 10


WAITS: Mapping[str, tuple[Wait, ...]] = {
    QUEUE: (Wait(("DelaySeconds",)),),
    MAPPING: (Wait((WINDOW,)), Wait(("TumblingWindowInSeconds",))),
    PIPE: tuple(Wait(("SourceParameters", source, WINDOW)) for source in SOURCES),
    SCHEDULE: (Wait(("FlexibleTimeWindow", "MaximumWindowInMinutes"), unit=60, short=60),),
}
"""By type (SQS developer guide, "Delay queues"; Lambda developer guide, "Batching behavior"; EventBridge Scheduler user
guide, "Configuring flexible time windows", which are said in minutes)."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each queue, mapping, pipe and schedule."""
    for resource in subject.of_candidate(*WAITS):
        old = subject.before(resource)
        same = old if old and old.type == resource.type else None
        yield looked(resource, *(_longer(same, resource, wait) for wait in WAITS[resource.type] if same))


def _longer(old: Resource | None, new: Resource, wait: Wait) -> Wrong | None:
    was, now = old.at(*wait.path) if old else None, new.at(*wait.path)
    had, has = number(was, 0), number(now, 0)
    if was == now or (has is not None and has * wait.unit <= max(wait.short, TIMES * wait.unit * (had or 0))):
        return None
    return Wrong(f"it waits longer: {changed(was, now)}", ".".join(wait.path))
