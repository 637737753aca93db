"""The dashboards as synthesized: a graph of what nobody measures would look like a quiet day."""

import json

import pytest

from api.adapters.metrics import Happening
from pipeline.plan.alerts import ALERTS, TOGETHER, UNUSUAL
from tests.synth.reading import Json, Resource, Template

FLOWS = ("checkout", "catalogue", "operation")
AWS = {
    ("AWS/ApiGateway", ("ApiName", "Stage")): {"Count", "4XXError", "5XXError", "Latency", "IntegrationLatency"},
    ("AWS/ApiGateway", ("ApiName", "Method", "Resource", "Stage")): {"Count", "4XXError", "5XXError", "Latency"},
    ("AWS/Lambda", ()): {"ConcurrentExecutions", "Invocations", "Errors", "Throttles", "Duration"},
    ("AWS/Lambda", ("FunctionName",)): {"ConcurrentExecutions", "Invocations", "Errors", "Throttles", "Duration"},
    ("AWS/DynamoDB", ("TableName",)): {"ReadThrottleEvents", "WriteThrottleEvents"},
    ("AWS/DynamoDB", ("Operation", "TableName")): {"SuccessfulRequestLatency", "ThrottledRequests"},
    ("AWS/Cognito", ("UserPool", "UserPoolClient")): {"SignInSuccesses", "SignInThrottles", "SignUpSuccesses"},
    ("AWS/Events", ("RuleName",)): {"TriggeredRules"},
    ("AWS/SQS", ("QueueName",)): {"ApproximateNumberOfMessagesVisible"},
}
"""What AWS publishes, by namespace and dimensions (the pages "metrics and dimensions" of each service's guide)."""


def body(template: Template, flow: str, stage: str) -> Json:
    """A dashboard's body, with short text for what CloudFormation fills in."""
    dashboard = template.named("AWS::CloudWatch::Dashboard", DashboardName=f"orders-{stage}-{flow}")
    return json.loads(template.said(dashboard["DashboardBody"]))


def series(body: Json) -> list[tuple[str, str, dict[str, str], str]]:
    """Every series that a dashboard reads: namespace, name, dimensions, statistic."""
    rows = [row for widget in body["widgets"] for row in widget["properties"].get("metrics", [])]
    found = []
    for row in rows:
        if isinstance(row[0], str):
            namespace, name, *pairs, options = row
            found.append((namespace, name, dict(zip(pairs[::2], pairs[1::2], strict=True)), options["stat"]))
    return found


def made_from_logs(template: Template) -> set[tuple[str, str]]:
    transformations = [each["MetricTransformations"][0] for each in template.all("AWS::Logs::MetricFilter")]
    return {(each["MetricNamespace"], each["MetricName"]) for each in transformations}


def names(template: Template, kind: str, prop: str) -> set[str]:
    """What resources of a type are called, by their property or, where CloudFormation names them, by reference."""
    return {str(each.properties.get(prop, f"${{{each.name}}}")) for each in template.all(kind)}


def refers(each: Resource) -> set[str]:
    return {f"${{{each.name}}}", f"${{{each.name}.QueueName}}"}


def test_each_flow_has_its_dashboard_and_no_other_costs_anything(template: Template, stage: str) -> None:
    assert names(template, "AWS::CloudWatch::Dashboard", "DashboardName") == {
        f"orders-{stage}-{each}" for each in FLOWS
    }


@pytest.mark.parametrize("flow", FLOWS)
def test_every_series_is_one_that_somebody_publishes(template: Template, stage: str, flow: str) -> None:
    shown = series(body(template, flow, stage))
    assert len(shown) >= 5
    for namespace, name, dimensions, _ in shown:
        if namespace == "Orders":
            assert (name in set(Happening), dimensions) == (True, {"Stage": stage}), name
        elif namespace.startswith("Orders/"):
            assert ((namespace, name) in made_from_logs(template), dimensions) == (True, {}), name
        else:
            assert name in AWS[namespace, tuple(sorted(dimensions))], (namespace, name, dimensions)


@pytest.mark.parametrize("flow", FLOWS)
def test_every_dimension_names_something_of_this_stage(template: Template, stage: str, flow: str) -> None:
    paths = set()
    for method in template.all("AWS::ApiGateway::Method"):
        paths.add(path_of(template, method["ResourceId"]["Ref"]))
    known = {
        "ApiName": names(template, "AWS::ApiGateway::RestApi", "Name"),
        "Stage": names(template, "AWS::ApiGateway::Stage", "StageName"),
        "FunctionName": {f"${{{each.name}}}" for each in template.all("AWS::Lambda::Function")},
        "TableName": names(template, "AWS::DynamoDB::Table", "TableName"),
        "RuleName": names(template, "AWS::Events::Rule", "Name"),
        "UserPool": {f"${{{template.one('AWS::Cognito::UserPool').name}}}"},
        "UserPoolClient": {f"${{{each.name}}}" for each in template.all("AWS::Cognito::UserPoolClient")},
        "QueueName": {name for each in template.all("AWS::SQS::Queue") for name in refers(each)},
        "Resource": paths,
        "Method": {"GET"},
        "Operation": {"GetItem", "Query", "TransactWriteItems"},
    }
    for _, _, dimensions, _ in series(body(template, flow, stage)):
        for name, value in dimensions.items():
            assert value in known[name], (name, value)


def path_of(template: Template, resource: str) -> str:
    parent = template.resources[resource]["ParentId"]
    above = path_of(template, parent["Ref"]) if "Ref" in parent else ""
    return f"{above}/{template.resources[resource]['PathPart']}"


def test_an_alert_points_at_a_dashboard_that_is_there() -> None:
    assert {each.dashboard for each in (*ALERTS, *UNUSUAL, *TOGETHER)} <= set(FLOWS)


def test_checkout_shows_orders_and_how_many_are_kept(prod: Template) -> None:
    shown = body(prod, "checkout", "prod")
    expressions = [
        row[0]["expression"]
        for widget in shown["widgets"]
        for row in widget["properties"]["metrics"]
        if isinstance(row[0], dict)
    ]
    assert expressions == [
        "100 * (placed - FILL(cancelled, 0)) / placed",
        "100 * FILL(failed, 0) / requests",
    ]
