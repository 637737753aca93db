"""Which way events flow: what a function may send to, and what that runs in turn. Pure.

A table is left out: who may write an item may cause an event, and a template does not say which. Source: the triggers
of Lambda, the targets of EventBridge's rules and SNS's subscriptions.
"""

from collections.abc import Iterator, Mapping, Set

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.allowances import ROLE, Statement, allowed
from pipeline.gates.guard.facts.api import FUNCTION
from pipeline.gates.guard.facts.functions import MAPPING, QUEUE, function_of
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import at, names_in
from pipeline.gates.openapi.node import Json, listed

TOPIC, SUBSCRIPTION = "AWS::SNS::Topic", "AWS::SNS::Subscription"
BUS, RULE = "AWS::Events::EventBus", "AWS::Events::Rule"
BUCKET = "AWS::S3::Bucket"
SENDS: Mapping[str, tuple[str, ...]] = {
    QUEUE: ("sqs:SendMessage",),
    TOPIC: ("sns:Publish",),
    BUS: ("events:PutEvents",),
    BUCKET: ("s3:PutObject",),
    FUNCTION: ("lambda:InvokeFunction", "lambda:InvokeAsync"),
}
"""By the type of what takes it, the actions that send something there."""


type Edges = Mapping[str, Set[str]]
"""To which resources each resource of a stack hands events on, by logical id."""


def loop(edges: Edges, function: Resource) -> list[str]:
    """The logical ids on the shortest way from the function back to itself; none if there is no way."""
    ways, seen = [[name] for name in sorted(edges.get(function.logical_id, ()))], set[str]()
    while ways:
        way = ways.pop(0)
        if way[-1] == function.logical_id:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, name] for name in sorted(edges.get(way[-1], ()))]
    return []


def flows(stack: Stack) -> Edges:
    """What hands events on to what in a stack."""
    edges: dict[str, set[str]] = {}
    for source, target in (*_sent(stack), *_handed_on(stack)):
        edges.setdefault(source, set()).add(target)
    return edges


def _sent(stack: Stack) -> Iterator[tuple[str, str]]:
    for function in stack.all(FUNCTION):
        role = stack.target(function.at("Role"))
        if role and role.type == ROLE:
            for statement in allowed(stack, role):
                yield from ((function.logical_id, name) for name in _sinks(stack, statement))


def _sinks(stack: Stack, statement: Statement) -> Iterator[str]:
    for kind, actions in SENDS.items():
        if any(map(statement.allows, actions)):
            for resource in stack.all(kind):
                if any(_covers(stack, value, resource) for value in statement.resources):
                    yield resource.logical_id


def _covers(stack: Stack, value: Json, resource: Resource) -> bool:
    """Whether a statement's resource is `resource`: all there is, a reference to it, or text with its name."""
    name = next(
        (each for key in ("QueueName", "TopicName", "Name", "FunctionName") if (each := resource.at(key))), None
    )
    if isinstance(value, str):
        return value == "*" or (isinstance(name, str) and name in value.split(":"))
    target = function_of(stack, value)
    return resource.logical_id in names_in(value) or (target is not None and target.logical_id == resource.logical_id)


def _handed_on(stack: Stack) -> Iterator[tuple[str, str]]:
    for mapping in stack.all(MAPPING):
        yield from _to(stack, mapping.at("EventSourceArn"), mapping.at("FunctionName"))
    for subscription in stack.all(SUBSCRIPTION):
        yield from _to(stack, subscription.at("TopicArn"), subscription.at("Endpoint"))
    for rule in stack.all(RULE):
        for target in listed(rule.at("Targets")):
            for source in (rule.at("EventBusName"), rule.at("EventPattern")):  # a bucket is named by the pattern
                yield from _to(stack, source, at(target, "Arn"))
    for bucket in stack.all(BUCKET):
        configured = bucket.at("NotificationConfiguration")
        yield from _to(stack, {"Ref": bucket.logical_id}, configured)


def _to(stack: Stack, source: Json, target: Json) -> Iterator[tuple[str, str]]:
    """From everything that the one names to everything that the other names, aliases as the functions behind them."""
    for name in names_in(target):
        function = function_of(stack, {"Ref": name})
        yield from ((each, function.logical_id if function else name) for each in names_in(source))
