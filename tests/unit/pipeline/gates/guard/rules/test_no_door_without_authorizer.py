"""Nothing leads into the service past the API: no function's own address, no second gateway that asks nobody."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, assembly, found, look, release, resource, subject

RULE = "no_door_without_authorizer"
SIGNED = resource("Lambda::Url", AuthType="AWS_IAM")


@pytest.mark.parametrize(
    ("door", "words"),
    [
        (resource("Lambda::Url", AuthType="NONE"), "AuthType is NONE"),
        (resource("Lambda::Url"), "AuthType is null"),
        (resource("ApiGatewayV2::Route", RouteKey="GET /orders"), "GET /orders asks nobody"),
        (resource("ApiGatewayV2::Route", RouteKey="$default", AuthorizationType="NONE"), "$default asks nobody"),
        (resource("ApiGatewayV2::Api", Target={"Fn::GetAtt": ["Orders", "Arn"]}), "made with its target"),
        (resource("AppSync::GraphQLApi", AuthenticationType="API_KEY"), "a key is all"),
        (resource("ElasticLoadBalancingV2::Listener", Protocol="HTTP"), "listens by HTTP"),
    ],
)
def test_a_door_that_asks_nobody_is_told(door: Template, words: str) -> None:
    (told,) = found(RULE, subject(assembly(beta={}, prod={"Door": door})))
    assert words in told.what
    assert told.where.startswith("prod/orders:Door")


@pytest.mark.parametrize(
    "door",
    [
        SIGNED,
        resource("ApiGatewayV2::Route", RouteKey="GET /orders", AuthorizationType="JWT"),
        resource("AppSync::GraphQLApi", AuthenticationType="AMAZON_COGNITO_USER_POOLS"),
        resource("ElasticLoadBalancingV2::Listener", Protocol="HTTPS"),
    ],
)
def test_a_door_that_asks_passes(door: Template) -> None:
    assert found(RULE, subject(assembly(beta={}, prod={"Door": door}))) == ()


def test_a_new_door_is_a_note_and_a_known_one_is_not() -> None:
    new, same = assembly(prod={"Door": SIGNED}), assembly(prod={})
    assert ["a new way into" in each.what for each in look(RULE, subject(new, same)).warnings] == [True]
    assert look(RULE, subject(new, new)).warnings == ()
    assert look(RULE, subject(new)).warnings == ()


def test_the_release_as_it_is_has_one_door_alone(real: Assembly) -> None:
    assert look(RULE, release(real)).checked == 0
