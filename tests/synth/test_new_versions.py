"""Whatever changes what a function does makes a new version: only that is shifted, judged and taken back."""

from typing import Any

import pytest
from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

import pipeline.cloud.service.versioned_function  # noqa: F401 - what it tells the CDK as it is imported counts here

CODE = "def handler(event, context):\n    return event\n"


def version(**properties: Any) -> str:
    """The logical id of the version of a function with these properties: another id is a new version."""
    stack = Stack(App(), "Stack")
    made: dict[str, Any] = {"runtime": lambda_.Runtime.PYTHON_3_13, "handler": "index.handler", **properties}
    made.setdefault("code", lambda_.Code.from_inline(CODE))
    assert lambda_.Function(stack, "Function", **made).current_version
    (found,) = Template.from_stack(stack).find_resources("AWS::Lambda::Version")
    return found


@pytest.mark.parametrize(
    "changed",
    [
        {"environment": {"STAGE": "prod"}},
        {"code": lambda_.Code.from_inline(CODE.replace("event, context", "event, other"))},
        {"handler": "index.other"},
        {"memory_size": 512},
        {"timeout": Duration.seconds(29)},
        {"ephemeral_storage_size": Size.gibibytes(1)},
        {"architecture": lambda_.Architecture.ARM_64},
        {"runtime": lambda_.Runtime.PYTHON_3_12},
        {"tracing": lambda_.Tracing.ACTIVE},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_changes_a_function_makes_a_new_version(changed: dict[str, Any]) -> None:
    assert version(**changed) != version()


def test_the_same_function_is_the_same_version() -> None:
    assert version(memory_size=256) == version(memory_size=256)
