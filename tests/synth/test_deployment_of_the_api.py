"""What a stage serves is the API as it was at its deployment: so every change must make a new one."""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from aws_cdk import App, Stack, assertions
from aws_cdk import aws_lambda as lambda_

from pipeline.cloud.openapi import Operation
from pipeline.cloud.service.api import Api
from pipeline.cloud.service.auth import Auth
from pipeline.cloud.settings import context
from pipeline.plan.delivery import DELIVERY
from tests.synth.reading import Template

ORDER = Operation(
    operation_id="placeOrder",
    path="/v1/orders",
    method="POST",
    function="orders",
    signed_in=True,
    parameters={"method.request.header.Idempotency-Key": True},
    body={"type": "object", "required": ["lines"]},
)


LIST = replace(ORDER, operation_id="listOrders", method="GET", parameters={}, body=None)


def resources(operation: Operation) -> Mapping[str, Any]:
    """The resources of a gateway with the operation and another one, before a function that does nothing."""
    stage = DELIVERY.stages[0]
    stack = Stack(App(post_cli_context=context(), analytics_reporting=False, stack_traces=False), "orders")
    code = lambda_.Code.from_inline("pass")
    function = lambda_.Function(
        stack, "Orders", runtime=lambda_.Runtime.PYTHON_3_13, handler="index.handler", code=code
    )
    answering: Any = SimpleNamespace(alias=function.add_alias("live"))  # all that the gateway asks of a function
    nowhere: Any = SimpleNamespace(answers=())
    auth = Auth(stack, "Auth", stage, testers_account=DELIVERY.environment.account)
    Api(stack, "Api", stage, (operation, LIST), {"orders": answering}, auth, answering, nowhere)
    found: Mapping[str, Any] = assertions.Template.from_stack(stack).to_json()["Resources"]
    return found


@pytest.fixture(scope="module")
def as_it_was() -> str:
    """The deployment of the gateway with ORDER."""
    return deployment(resources(ORDER))


def deployment(found: Mapping[str, Any]) -> str:
    (name,) = [name for name, body in found.items() if body["Type"] == "AWS::ApiGateway::Deployment"]
    return name


def test_the_same_api_keeps_its_deployment(as_it_was: str) -> None:
    assert deployment(resources(ORDER)) == as_it_was


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"type": "object", "required": ["lines", "address"]}},
        {"parameters": {"method.request.header.Idempotency-Key": False}},
        {"signed_in": False},
    ],
    ids=["a changed schema", "a changed requirement", "an operation opened to everybody"],
)
def test_a_changed_api_makes_a_new_one(as_it_was: str, change: dict[str, Any]) -> None:
    assert deployment(resources(replace(ORDER, **change))) != as_it_was


def test_a_deployment_waits_for_the_models_that_it_is_made_of(template: Template) -> None:
    waits = template.one("AWS::ApiGateway::Deployment").body["DependsOn"]
    models = {model.name for model in template.all("AWS::ApiGateway::Model")}
    assert models
    assert models <= set(waits)
