"""Which function stands behind an alias or a version, who waits for its answer, and what feeds it. Pure.

Source: an alias and a version name their function; an event source mapping may name any of the three, also by an ARN
that is taken apart and put together again.
"""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.api import ALIAS, FUNCTION, VERSION, called_by_api
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import names_in
from pipeline.gates.openapi.node import Json

MAPPING, QUEUE, POOL = "AWS::Lambda::EventSourceMapping", "AWS::SQS::Queue", "AWS::Cognito::UserPool"

TIMEOUT, MEMORY = 3, 128
"""Seconds and MB of a function that says nothing (template reference of AWS::Lambda::Function)."""


def function_of(stack: Stack, value: Json) -> Resource | None:
    """The function that `value` names, itself or by its version or alias; None if it names none of this stack."""
    for name in names_in(value):
        named = stack.resources.get(name)
        if named and named.type == FUNCTION:
            return named
        if named and named.type in (ALIAS, VERSION):
            return function_of(stack, named.at("FunctionName"))
    return None


def behind_api(stack: Stack) -> tuple[Resource, ...]:
    """The functions that methods and authorizers of the API wait for, each once."""
    found = (_itself(stack, called) for called in called_by_api(stack))
    return tuple({function.logical_id: function for function in found if function}.values())


def behind_sign_in(stack: Stack) -> tuple[Resource, ...]:
    """The functions that a user pool waits for, each once."""
    values = (value for pool in stack.all(POOL) for value in _leaves(pool.at("LambdaConfig")))
    found = (function_of(stack, value) for value in values)
    return tuple({function.logical_id: function for function in found if function}.values())


def fed_by_queues(stack: Stack) -> Iterator[tuple[Resource, Resource, Resource]]:
    """Each mapping from a queue of the stack to a function of it: mapping, queue, function."""
    for mapping in stack.all(MAPPING):
        queue = stack.target(mapping.at("EventSourceArn"))
        function = function_of(stack, mapping.at("FunctionName"))
        if queue and queue.type == QUEUE and function:
            yield mapping, queue, function


def _itself(stack: Stack, called: Resource) -> Resource | None:
    return called if called.type == FUNCTION else function_of(stack, called.at("FunctionName"))


def _leaves(value: Json) -> Iterator[Json]:
    """The references in `value`, each by itself."""
    return ({"Ref": name} for name in names_in(value))
