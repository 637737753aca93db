"""What every Lambda function of a stage has, whatever it is for: its runtime, its logs, and a role that writes them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.service.durations import seconds
from pipeline.cloud.service.log_protection import LOG_PROTECTION
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.retention import retention
from pipeline.cloud.service.statement import Statement
from pipeline.plan.model import Stage

EVERY_FUNCTION: Final[Mapping[str, Any]] = {
    "runtime": lambda_.Runtime.PYTHON_3_13,
    "architecture": lambda_.Architecture.ARM_64,
    "logging_format": lambda_.LoggingFormat.JSON,
}

LONGEST_SECONDS: Final = 900
"""How long a function may run (Lambda quotas): more than all attempts of all calls of a hook (pipeline.hooks.clients,
.preflight) and the bake together, so that it is never killed before it has answered, and far below the hour after which
CodeDeploy gives a silent hook up."""

LAMBDA: Final = iam.ServicePrincipal("lambda.amazonaws.com")

WRITES_TRACES: Final = Statement(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"])
"""What the CDK grants to the role of a function that is traced; said here, it is in its place in the policy."""


def function_logs(
    scope: Construct,
    stage: Stage,
    function: str,
    name: str = "Logs",
    removal: RemovalPolicy = RemovalPolicy.RETAIN,
) -> logs.LogGroup:
    """The log group of the function with this full name, or of several."""
    return logs.LogGroup(
        scope,
        name,
        log_group_name=f"/aws/lambda/{function}",
        retention=retention(stage.settings.log_retention_days),
        data_protection_policy=LOG_PROTECTION,
        removal_policy=removal,
    )


def function_role(scope: Construct, log_group: logs.LogGroup, grants: Iterable[Statement]) -> OwnRole:
    """A role that Lambda runs a function with: it writes the log, and does what is granted."""
    writes = Statement(["logs:CreateLogStream", "logs:PutLogEvents"], [log_group.log_group_arn])
    return OwnRole(scope, "Role", [writes, *grants], assumed_by=LAMBDA)


def beside_rollouts(
    scope: Construct,
    name: str,
    description: str,
    module: str,
    code: lambda_.Code,
    log_group: logs.LogGroup,
    grants: Iterable[Statement],
    environment: Mapping[str, str],
) -> lambda_.Function:
    """A function that runs around a shift, of a module of `pipeline.hooks`, with a role of its own."""
    return lambda_.Function(
        scope,
        "Function",
        function_name=name,
        description=description,
        handler=f"pipeline.hooks.{module}.handler",
        code=code,
        role=function_role(scope, log_group, grants),
        memory_size=256,
        timeout=seconds(LONGEST_SECONDS),
        log_group=log_group,
        recursive_loop=lambda_.RecursiveLoop.TERMINATE,
        environment=dict(environment),
        **EVERY_FUNCTION,
    )
