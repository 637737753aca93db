"""What can't be delivered is tried again, and then kept."""

from collections.abc import Iterator

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
    models="A target without dead letters or retries",
    needs="every stage",
)
PIPE, SCHEDULE, INVOKE = "AWS::Pipes::Pipe", "AWS::Scheduler::Schedule", "AWS::Lambda::EventInvokeConfig"
OWN = (INVOKE, FUNCTION)
"""What Lambda itself tries again, and may keep where a team wants it."""
WORK = (QUEUE, FUNCTION, ALIAS)
"""Who works at what it is told; a topic or a chat that hears of it late, or not, is none of these."""
AGE, TRIES = "MaximumEventAgeInSeconds", "MaximumRetryAttempts"
DEFAULT, LAMBDAS = (185, 86_400), (2, 21_600)
"""How often, and for how many seconds, EventBridge and Lambda try if nothing is said (EventBridge user guide, "Retry
policy"; Lambda developer guide, "Asynchronous invocation")."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each target that works, subscription, schedule and pipe, and each function that Lambda itself tries again."""
    for stack in subject.candidate.stacks:
        for resource in stack.all(RULE, SCHEDULE, SUBSCRIPTION, PIPE, *OWN):
            wrong = [each for told in _deliveries(stack, resource) for each in _wrong(subject, resource, *told)]
            yield looked(resource, *wrong)


def _deliveries(stack: Stack, resource: Resource) -> Iterator[tuple[tuple[str | int, ...], str, tuple[str, ...]]]:
    """Where each delivery of a resource stands, and where in it dead letters and the bounds on retries do."""
    match resource.type:
        case "AWS::Events::Rule":
            for number_of, target in enumerate(listed(resource.at("Targets"))):
                if _works(stack, at(target, "Arn")):
                    yield ("Targets", number_of), "DeadLetterConfig", ("RetryPolicy",)
        case "AWS::Scheduler::Schedule":
            if _works(stack, resource.at("Target", "Arn")):
                yield ("Target",), "DeadLetterConfig", ("RetryPolicy",)
        case "AWS::SNS::Subscription":
            if _works(stack, resource.at("Endpoint")):
                yield (), "RedrivePolicy", ("RetryPolicy",)
        case "AWS::Pipes::Pipe":
            for stream in ("DynamoDBStreamParameters", "KinesisStreamParameters"):
                if resource.at("SourceParameters", stream) is not None:
                    yield ("SourceParameters", stream), "DeadLetterConfig", ()
        case "AWS::Lambda::EventInvokeConfig":
            yield (), "DestinationConfig", ()
        case "AWS::Lambda::Function":
            yield (), "DeadLetterConfig", ()


def _works(stack: Stack, value: Json) -> bool:
    named = (stack.resources.get(name) for name in names_in(value))
    return any(resource is not None and resource.type in WORK for resource in named)


def _wrong(
    subject: Subject, resource: Resource, place: tuple[str | int, ...], letters: str, retry: tuple[str, ...]
) -> Iterator[Wrong]:
    old = subject.before(resource)
    was = old.at(*place, letters) if old else None
    now = resource.at(*place, letters)
    if now is None and (resource.type not in OWN or was is not None):
        yield Wrong(f"what can't be delivered is lost: {changed(was, now)}", _path(*place, letters))
    for name, default in zip((TRIES, AGE), LAMBDAS if resource.type in OWN else DEFAULT, strict=True):
        before = old.at(*place, *retry, name) if old else None
        after = resource.at(*place, *retry, name)
        had, has = number(before, default), number(after, default)
        if has is not None and (has == 0 or (had is not None and old is not None and has < had / 2)):
            yield Wrong(f"it is tried for less: {changed(before, after)}", _path(*place, *retry, name))


def _path(*names: str | int) -> str:
    return ".".join(map(str, names))
