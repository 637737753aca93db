"""What every Lambda function of a stage has, whatever it is for: its runtime, its logs, and a role that writes them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

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
