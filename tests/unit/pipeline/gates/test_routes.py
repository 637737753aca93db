"""Routes in the code, in the promise and in the templates: the same, or each that is not is named with its place."""

import json
from pathlib import Path

import pytest

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.routes import check, coded_in, promised_in
from tests.support.http_api import ROUTES
from tests.unit.pipeline.gates.world import context, put

ROOT = Path(__file__).parents[4]
CODE = """
ROUTES = (
    Route("listThings", "GET", "/v1/things", Access.PUBLIC, _list),
    Route[Services](operation="getThing", path="/v1/things/{id}", method="GET", access=Access.PUBLIC, serve=_get),
)
"""
PROMISE = """
paths:
  /v1/things:
    get: {operationId: listThings}
  /v1/things/{id}:
    parameters: []
    get: {operationId: getThing}
  /webhooks/x:
    post: {operationId: takeX, x-queue: webhooks}
"""


@pytest.fixture
def source(tmp_path: Path) -> Context:
    """A source whose routes are the same everywhere, not yet synthesized."""
    return context(put(tmp_path, api__handlers__things_dot_py=CODE, contracts__openapi_dot_yaml=PROMISE))


def found(source: Context) -> list[tuple[str, str]]:
    return [(finding.where, finding.what) for finding in check(source).findings]


def synthesized(source: Context, *routes: tuple[str, str]) -> None:
    """Put a template there with these routes, whose paths have at most three parts."""
    resources: dict[str, object] = {"Api": {"Type": "AWS::ApiGateway::RestApi"}}
    for number, (method, path) in enumerate(routes):
        above: object = {"Fn::GetAtt": ["Api", "RootResourceId"]}
        for depth, part in enumerate(path.split("/")[1:]):
            name = f"Path{number}{depth}"
            properties = {"PathPart": part, "ParentId": above}
            resources[name] = {"Type": "AWS::ApiGateway::Resource", "Properties": properties}
            above = {"Ref": name}
        properties = {"HttpMethod": method, "ResourceId": above}
        resources[f"Method{number}"] = {"Type": "AWS::ApiGateway::Method", "Properties": properties}
    put(
        source.root,
        cdk_dot_out__beta_dot_template_dot_json=json.dumps({"Resources": resources}),
        cdk_dot_out__pipeline_dot_template_dot_json='{"Resources": {"Pipe": {"Type": "AWS::CodePipeline::Pipeline"}}}',
    )


ALIKE = (("GET", "/v1/things"), ("GET", "/v1/things/{id}"), ("POST", "/webhooks/x"), ("OPTIONS", "/v1/things"))


def test_the_same_routes_everywhere_are_counted(source: Context) -> None:
    assert (check(source).checked, found(source)) == (3, [])
    synthesized(source, *ALIKE)
    assert (check(source).checked, found(source)) == (3, [])


def test_a_route_that_is_answered_and_not_promised_is_named_at_its_line(source: Context) -> None:
    put(source.root, api__handlers__more_dot_py='\nROUTES = (Route("drop", "DELETE", "/v1/things", OPS, _drop),)\n')
    assert found(source) == [("api/handlers/more.py:2", "DELETE /v1/things is answered and not promised")]


@pytest.mark.parametrize(
    "code",
    [
        'from api.handlers.routes import Route as R\nEXTRA = R("drop", "DELETE", "/v1/things", OPS, _drop)\n',
        'from api.handlers import routes\nEXTRA = routes.Route("drop", "DELETE", "/v1/things", OPS, _drop)\n',
    ],
)
def test_b16_a_route_is_found_under_whatever_name_its_class_goes(source: Context, code: str) -> None:
    put(source.root, api__handlers__more_dot_py=code)
    assert found(source) == [("api/handlers/more.py:2", "DELETE /v1/things is answered and not promised")]


def test_b16_routes_that_something_else_makes_cannot_be_compared(source: Context) -> None:
    put(source.root, api__handlers__more_dot_py="\nEXTRA = [*starmap(Route, LISTED)]\n")
    assert found(source) == [("api/handlers/more.py:2", "a route that can't be compared with the promise")]


def test_a_route_that_is_promised_and_not_answered_is_named_at_its_line(source: Context) -> None:
    put(source.root, contracts__openapi_dot_yaml=PROMISE + "  /v1/new:\n    get: {}\n")
    assert found(source) == [("contracts/openapi.yaml:11", "GET /v1/new is promised and no function answers it")]


def test_a_template_with_other_routes_is_named(source: Context) -> None:
    synthesized(source, *ALIKE[1:], ("PUT", "/v1/things"))
    assert found(source) == [
        ("beta.template.json", "GET /v1/things is promised and leads nowhere"),
        ("beta.template.json", "PUT /v1/things leads somewhere and is not promised"),
    ]


def test_a_promise_that_is_gone_leaves_every_route_unpromised(source: Context) -> None:
    (source.root / "contracts/openapi.yaml").unlink()
    assert len(found(source)) == 2


@pytest.mark.parametrize(
    "text", ['Route("x", "GET", PATH, Access.PUBLIC, f)', "Route(*each)", 'Route("x", "GET")', "def broken(:"]
)
def test_a_route_that_cannot_be_read_where_it_stands_is_a_finding_and_no_pass(source: Context, text: str) -> None:
    put(source.root, api__handlers__more_dot_py=f"{text}\n")
    assert [where for where, _ in found(source)] == ["api/handlers/more.py:1"]


def test_a_template_that_is_cut_is_our_failure(source: Context) -> None:
    put(source.root, cdk_dot_out__beta_dot_template_dot_json='{"Resources": {')
    with pytest.raises(GateBroke, match=r"beta\.template\.json can't be read"):
        check(source)


def test_a_source_without_any_routes_is_blind(tmp_path: Path) -> None:
    assert check(context(tmp_path)).blind


def test_the_routes_that_are_read_in_this_source_are_those_that_it_answers() -> None:
    coded, unreadable = coded_in(ROOT)
    assert unreadable == ()
    assert set(coded) == {f"{route.method} {route.path}" for routes in ROUTES.values() for route in routes}
    promised, queued = promised_in(ROOT)
    assert set(promised) == {*coded, *queued}
