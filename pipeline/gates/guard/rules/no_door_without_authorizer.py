"""Nothing leads into the service past the API: no function's own address, no second gateway that asks nobody."""

from collections.abc import Iterator

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="authorization",
    what="What leads to a function from outside asks who is calling: function URLs, other gateways, listeners",
    why="it goes past the API's authorizer, throttles, logs and rollout",
    fix="let callers come through the API of contracts/openapi.yaml",
    models="I28: a function URL with AuthType NONE; CWE-306",
    needs="nothing",
)
URL = "AWS::Lambda::Url"
ROUTE, HTTP_API = "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Api"
GRAPHQL, LISTENER = "AWS::AppSync::GraphQLApi", "AWS::ElasticLoadBalancingV2::Listener"
DOORS = (URL, ROUTE, HTTP_API, GRAPHQL, LISTENER)


def look(subject: Subject) -> Iterator[Looked]:
    """Each thing of these kinds, in any stack."""
    for door in subject.of_candidate(*DOORS):
        is_new = subject.base is not None and subject.before(door) is None
        yield looked(door, _wrong(door), Note(f"a new way into the service: {door.type}") if is_new else None)


def _wrong(door: Resource) -> Wrong | None:
    match door.type:
        case "AWS::Lambda::Url" if door.at("AuthType") != "AWS_IAM":
            return Wrong(f"the function's own address asks nobody: AuthType is {said(door.at('AuthType'))}", "AuthType")
        case "AWS::ApiGatewayV2::Route" if door.at("AuthorizationType") in (None, "NONE"):
            return Wrong(f"{said(door.at('RouteKey'))} asks nobody", "AuthorizationType")
        case "AWS::ApiGatewayV2::Api" if door.at("Target") is not None:
            return Wrong("an API that is made with its target has a route that asks nobody", "Target")
        case "AWS::AppSync::GraphQLApi" if door.at("AuthenticationType") in (None, "API_KEY"):
            return Wrong("a key is all that it asks for", "AuthenticationType")
        case "AWS::ElasticLoadBalancingV2::Listener" if door.at("Protocol") not in ("HTTPS", "TLS"):
            return Wrong(f"it listens by {said(door.at('Protocol'))}, which everybody on the way reads", "Protocol")
    return None
