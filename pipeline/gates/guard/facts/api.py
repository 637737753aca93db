"""Which of a stack's resources its API calls. Pure.

Source: API Gateway reaches Lambda by a URI that holds the function's ARN, in a method's integration and in an
authorizer ("Set up Lambda proxy integrations", API Gateway developer guide).
"""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import names_in

METHOD, AUTHORIZER = "AWS::ApiGateway::Method", "AWS::ApiGateway::Authorizer"
FUNCTION, VERSION, ALIAS = "AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias"


def called_by_api(stack: Stack) -> tuple[Resource, ...]:
    """The functions, versions and aliases that methods and authorizers call, each once."""
    names = dict.fromkeys(name for resource in stack.all(METHOD, AUTHORIZER) for name in _called(resource))
    called = (stack.resources.get(name) for name in names)
    return tuple(each for each in called if each and each.type in (FUNCTION, VERSION, ALIAS))


def _called(resource: Resource) -> Iterator[str]:
    uri = resource.at("AuthorizerUri") if resource.type == AUTHORIZER else resource.at("Integration", "Uri")
    return names_in(uri)
