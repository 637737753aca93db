"""Which routes lead to a function, as a template's methods and resources say it."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.rehearsal.read.routes import METHOD, RESOURCE, Route, routes_to
from pipeline.rehearsal.spec import Json, Resource, Template

ROOT: Json = {"Fn::GetAtt": ["Api", "RootResourceId"]}


def place(name: str, part: str, parent: Json) -> Resource:
    return Resource(name, RESOURCE, {"PathPart": part, "ParentId": parent})


def method(name: str, verb: str, where: Json, alias: str) -> Resource:
    uri: Json = {
        "Fn::Join": ["", ["arn:aws:apigateway:eu-west-1:lambda:path/functions/", {"Ref": alias}, "/invocations"]]
    }
    return Resource(name, METHOD, {"HttpMethod": verb, "ResourceId": where, "Integration": {"Uri": uri}})


def template(*resources: Resource) -> Template:
    return Template(Path("t.json"), "0" * 64, 0, {item.logical_id: item for item in resources})


API = template(
    place("V1", "v1", ROOT),
    place("Orders", "orders", {"Ref": "V1"}),
    place("Order", "{id}", {"Ref": "Orders"}),
    method("List", "GET", {"Ref": "Orders"}, "OrdersLive"),
    method("Read", "GET", {"Ref": "Order"}, "OrdersLive"),
    method("Health", "ANY", ROOT, "ServiceLive"),
    Resource("Preflight", METHOD, {"HttpMethod": "OPTIONS", "ResourceId": ROOT, "Integration": {"Type": "MOCK"}}),
)


def test_the_routes_to_a_function_are_those_whose_integration_names_it() -> None:
    assert routes_to(API, ["OrdersLive"]) == (Route("GET", "/v1/orders"), Route("GET", "/v1/orders/{id}"))


def test_a_method_of_the_root_has_the_root_as_its_path() -> None:
    assert routes_to(API, ["ServiceLive"]) == (Route("ANY", "/"),)


def test_what_no_route_leads_to_has_none() -> None:
    assert routes_to(API, ["WorkerLive"]) == ()
    assert routes_to(API, []) == ()


@pytest.mark.parametrize("integration", [None, "text", {"Uri": {"Ref": 1}}, {"Uri": {"Fn::GetAtt": "Text"}}])
def test_an_integration_that_names_nothing_leads_nowhere(integration: Any) -> None:
    odd = template(Resource("Odd", METHOD, {"HttpMethod": "GET", "Integration": integration}))
    assert routes_to(odd, ["Text"]) == ()


@pytest.mark.parametrize(
    ("verb", "path", "covered"),
    [
        ("GET", "/v1/orders/{id}", True),
        ("GET", "/v1/orders/{order_id}", True),
        ("PUT", "/v1/orders/{id}", False),
        ("GET", "/v1/orders", False),
        ("GET", "/v1/orders/{id}/lines", False),
    ],
)
def test_a_route_covers_its_own_method_and_path_whatever_its_parameters_are_called(
    verb: str, path: str, covered: bool
) -> None:
    assert Route("GET", "/v1/orders/{id}").covers(verb, path) is covered


def test_a_route_for_any_method_covers_all_of_them() -> None:
    assert all(Route("ANY", "/").covers(verb, "/") for verb in ("GET", "POST", "DELETE"))
