"""Where functions log. Pure."""

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.resource import Resource
from pipeline.gates.openapi.node import Json

GROUP, TOLD = "AWS::Logs::LogGroup", ("LoggingConfig", "LogGroup")


def told_group(function: Resource) -> Json:
    """What a function says of its log group; Lambda's own choice where it says nothing (Lambda developer guide,
    "Configuring CloudWatch log groups")."""
    return function.at(*TOLD) or f"/aws/lambda/{function.at('FunctionName')}"


def group_of(stack: Stack, function: Resource) -> Resource | None:
    """The log group of `stack` that its function logs into, by reference or by name; None if it has no such group."""
    told = told_group(function)
    named = stack.target(told)
    if named and named.type == GROUP:
        return named
    return next((group for group in stack.all(GROUP) if group.at("LogGroupName") == told), None)
