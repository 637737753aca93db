"""The methods of an API: which route each answers, and how its stage treats it."""

from typing import Any

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.methods import methods_of
from pipeline.gates.guard.facts.promise import promised
from pipeline.gates.guard.facts.settings import setting, stages_of
from tests.unit.pipeline.gates.guard.templates import resource

ROOT = {"Fn::GetAtt": ["Api", "RootResourceId"]}


def part(name: str, parent: Any) -> dict[str, Any]:
    return resource("ApiGateway::Resource", PathPart=name, ParentId=parent)


def stack(**resources: Any) -> Stack:
    return Stack("prod", "prod/orders", {"Resources": resources}, {})


def test_a_route_is_the_method_and_the_path_above_it() -> None:
    method = resource("ApiGateway::Method", HttpMethod="GET", ResourceId={"Ref": "Id"})
    at_root = resource("ApiGateway::Method", HttpMethod="GET", ResourceId=ROOT)
    api = stack(Orders=part("orders", ROOT), Id=part("{id}", {"Ref": "Orders"}), Get=method, Home=at_root)
    assert [each.route for each in methods_of(api)] == ["GET /orders/{id}", "GET /"]


def test_resources_that_stand_below_each_other_end_somewhere() -> None:
    api = stack(
        A=part("a", {"Ref": "B"}),
        B=part("b", {"Ref": "A"}),
        Get=resource("ApiGateway::Method", HttpMethod="GET", ResourceId={"Ref": "A"}),
    )
    assert [each.route for each in methods_of(api)] == ["GET /b/a"]


def test_a_route_has_its_own_setting_or_that_of_all() -> None:
    own = {"HttpMethod": "GET", "ResourcePath": "/~1v1~1orders~1{id}", "CachingEnabled": True}
    of_all = {"HttpMethod": "*", "ResourcePath": "/*", "CachingEnabled": False}
    told = resource("ApiGateway::Stage", RestApiId={"Ref": "Api"}, MethodSettings=[of_all, own])
    (stage,) = stages_of(stack(Stage=told), "Api")
    assert setting(stage, "GET /v1/orders/{id}") == own
    assert setting(stage, "PUT /v1/orders/{id}") == setting(stage, "GET /v1/orders") == of_all
    assert list(stages_of(stack(Stage=told), "Other")) == []


def test_what_is_promised_of_an_operation() -> None:
    operation = {
        "security": [{"customer": ["read"]}],
        "requestBody": {},
        "parameters": [{"$ref": "#/components/parameters/Key"}, {"$ref": "#/nowhere"}, {"in": "query", "name": "q"}],
    }
    document: Any = {
        "paths": {"/orders": {"post": operation, "get": {"security": []}, "parameters": []}},
        "components": {"parameters": {"Key": {"in": "header", "name": "Key", "required": True}}},
    }
    known = promised(document)
    assert list(known) == ["POST /orders", "GET /orders"]
    post, get = known.values()
    assert (post.is_public, get.is_public, post.has_body, get.has_body) == (False, True, True, False)
    assert post.ways == ({"customer": frozenset({"read"})},)
    assert (post.needs("header", "Key"), post.needs("querystring", "q")) == (True, False)


def test_what_says_nothing_of_security_has_the_documents() -> None:
    document: Any = {"security": [{"customer": []}], "paths": {"/a": {"get": {}}, "/b": {"get": {"security": [{}]}}}}
    assert [each.is_public for each in promised(document).values()] == [False, True]
