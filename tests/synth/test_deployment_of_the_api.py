"""What a stage serves is the API as it was at its deployment: so every change must make a new one."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import assertions

from pipeline.cloud import bundle
from pipeline.cloud.inputs import Inputs
from pipeline.cloud.openapi import Operation
from pipeline.cloud.service_stack import ServiceStack
from pipeline.cloud.settings import context
from pipeline.plan.delivery import DELIVERY

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


def resources(tmp_path: Path, operation: Operation) -> Mapping[str, Any]:
    """The resources of a service with the operation, another one and empty functions."""
    code = tmp_path / "code.zip"
    code.write_bytes(b"PK\x05\x06" + bytes(18))
    app = aws_cdk.App(post_cli_context=context())
    stack = ServiceStack(app, DELIVERY, DELIVERY.stages[0], Inputs((operation, LIST), bundle.Bundles(code, code)))
    found: Mapping[str, Any] = assertions.Template.from_stack(stack).to_json()["Resources"]
    return found


@pytest.fixture(scope="module")
def as_it_was(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """The resources of the service with ORDER."""
    return resources(tmp_path_factory.mktemp("before"), ORDER)


def deployment(found: Mapping[str, Any]) -> str:
    (name,) = [name for name, body in found.items() if body["Type"] == "AWS::ApiGateway::Deployment"]
    return name


def test_the_same_api_keeps_its_deployment(as_it_was: Mapping[str, Any], tmp_path: Path) -> None:
    assert deployment(resources(tmp_path, ORDER)) == deployment(as_it_was)


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"type": "object", "required": ["lines", "address"]}},
        {"parameters": {"method.request.header.Idempotency-Key": False}},
        {"signed_in": False},
    ],
    ids=["a changed schema", "a changed requirement", "an operation opened to everybody"],
)
def test_a_changed_api_makes_a_new_one(as_it_was: Mapping[str, Any], tmp_path: Path, change: dict[str, Any]) -> None:
    assert deployment(resources(tmp_path, replace(ORDER, **change))) != deployment(as_it_was)


def test_a_deployment_waits_for_the_models_that_it_is_made_of(as_it_was: Mapping[str, Any]) -> None:
    (waits,) = [body["DependsOn"] for body in as_it_was.values() if body["Type"] == "AWS::ApiGateway::Deployment"]
    models = {name for name, body in as_it_was.items() if body["Type"] == "AWS::ApiGateway::Model"}
    assert models
    assert models <= set(waits)
