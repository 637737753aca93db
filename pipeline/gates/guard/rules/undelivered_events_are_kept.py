"""What can't be delivered is tried again, and then kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from types import MappingProxyType

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.amounts import number
from pipeline.gates.guard.facts.api import ALIAS, FUNCTION
from pipeline.gates.guard.facts.flows import RULE, SUBSCRIPTION
from pipeline.gates.guard.facts.functions import QUEUE
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed, names_in
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="events",
    what="What a rule, a schedule, a subscription or a pipe can't deliver is tried again and ends in a queue",
    why="an event that met a throttled or broken target is gone, and nobody knows",
    fix="give the target a dead_letter_queue, and at least one retry",
    models="A target without dead letters or retries; a pipe that gives up events older than a minute",
    needs="every stage",
)
PIPE, SCHEDULE, INVOKE = "AWS::Pipes::Pipe", "AWS::Scheduler::Schedule", "AWS::Lambda::EventInvokeConfig"
OWN = (INVOKE, FUNCTION)
"""What Lambda itself tries again, and may keep where a team wants it."""
WORK = (QUEUE, FUNCTION, ALIAS)
"""Who works at what it is told; a topic or a chat that hears of it late, or not, is none of these."""
AGE, RECORDS_AGE, TRIES = "MaximumEventAgeInSeconds", "MaximumRecordAgeInSeconds", "MaximumRetryAttempts"
HTTP = ("DeliveryPolicy", "healthyRetryPolicy", "numRetries")
BY_EVENTBRIDGE: Mapping[str, float] = MappingProxyType({TRIES: 185, AGE: 86_400})
BY_LAMBDA: Mapping[str, float] = {TRIES: 2, AGE: 21_600}
BY_PIPE: Mapping[str, float] = {TRIES: inf, RECORDS_AGE: inf}
BY_SNS = 3
"""How often, and for how many seconds, each tries if nothing is said (EventBridge user guide, "Retry policy"; Lambda
developer guide, "Asynchronous invocation"; Pipes API reference, PipeSourceDynamoDBStreamParameters, which says -1 for
without end; SNS developer guide, "Message delivery retries", for addresses on the web)."""
WITHOUT_END = -1
STREAM_KEEPS = 86_400
"""Seconds after which a stream forgets a record anyway (DynamoDB developer guide, "DynamoDB Streams")."""


@dataclass(frozen=True)
class Delivery:
    """Where a delivery stands in its resource, where its dead letters and its bounds do, and what holds of itself."""

    place: tuple[str | int, ...]
    letters: str
    retry: tuple[str, ...] = ()
    usual: Mapping[str, float] = BY_EVENTBRIDGE


def look(subject: Subject) -> Iterator[Looked]:
    """Each target that works, subscription, schedule and pipe, and each function that Lambda itself tries again."""
    for stack in subject.candidate.stacks:
        for resource in stack.all(RULE, SCHEDULE, SUBSCRIPTION, PIPE, *OWN):
            wrong = [each for delivery in _deliveries(stack, resource) for each in _wrong(subject, resource, delivery)]
            yield looked(resource, *wrong, *_called_up(subject.before(resource), resource))


def _deliveries(stack: Stack, resource: Resource) -> Iterator[Delivery]:
    match resource.type:
        case "AWS::Events::Rule":
            for number_of, target in enumerate(listed(resource.at("Targets"))):
                if _works(stack, at(target, "Arn")):
                    yield Delivery(("Targets", number_of), "DeadLetterConfig", ("RetryPolicy",))
        case "AWS::Scheduler::Schedule":
            if _works(stack, resource.at("Target", "Arn")):
                yield Delivery(("Target",), "DeadLetterConfig", ("RetryPolicy",))
        case "AWS::SNS::Subscription":
            if _works(stack, resource.at("Endpoint")):
                yield Delivery((), "RedrivePolicy", usual={})
        case "AWS::Pipes::Pipe":
            for stream in ("DynamoDBStreamParameters", "KinesisStreamParameters"):
                if resource.at("SourceParameters", stream) is not None:
                    yield Delivery(("SourceParameters", stream), "DeadLetterConfig", usual=BY_PIPE)
        case "AWS::Lambda::EventInvokeConfig":
            yield Delivery((), "DestinationConfig", usual=BY_LAMBDA)
        case "AWS::Lambda::Function":
            yield Delivery((), "DeadLetterConfig", usual={})


def _works(stack: Stack, value: Json) -> bool:
    named = (stack.resources.get(name) for name in names_in(value))
    return any(resource is not None and resource.type in WORK for resource in named)


def _wrong(subject: Subject, resource: Resource, delivery: Delivery) -> Iterator[Wrong]:
    old, place = subject.before(resource), delivery.place
    was = old.at(*place, delivery.letters) if old else None
    now = resource.at(*place, delivery.letters)
    if now is None and (resource.type not in OWN or was is not None):
        yield Wrong(f"what can't be delivered is lost: {changed(was, now)}", _path(*place, delivery.letters))
    known = old is not None or (resource.type == INVOKE and _was_called(subject, resource))
    for name, usual in delivery.usual.items():
        where = (*place, *delivery.retry, name)
        before, after = old.at(*where) if old else None, resource.at(*where)
        had, has = _bound(before, usual), _bound(after, usual)
        if has is not None and (has == 0 or (had is not None and known and has < _least(name, had))):
            yield Wrong(f"it is tried for less: {changed(before, after)}", _path(*where))


def _bound(value: Json, usual: float) -> float | None:
    told = number(value, usual)
    return inf if told == WITHOUT_END else told


def _least(name: str, had: float) -> float:
    """What still counts as much as before: half of it; of no bound, as long as there is anything to try."""
    if had < inf:
        return had / 2
    return inf if name == TRIES else STREAM_KEEPS


def _was_called(subject: Subject, invoked: Resource) -> bool:
    """Whether the base has the function, of which Lambda's own bounds held as long as nothing else was said."""
    stack = subject.base.stack(invoked.stack) if subject.base else None
    return any(stack is not None and name in stack.resources for name in names_in(invoked.at("FunctionName")))


def _called_up(old: Resource | None, new: Resource) -> Iterator[Wrong]:
    """Of a subscription that tells an address on the web: how often SNS calls it."""
    if new.type == SUBSCRIPTION and old is not None:
        had, has = number(old.at(*HTTP), BY_SNS), number(new.at(*HTTP), BY_SNS)
        if had is not None and has is not None and has < had / 2:
            yield Wrong(f"it is tried for less: {changed(old.at(*HTTP), new.at(*HTTP))}", _path(*HTTP))


def _path(*names: str | int) -> str:
    return ".".join(map(str, names))
