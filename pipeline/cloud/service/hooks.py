"""The functions that CodeDeploy asks before and after it shifts traffic to a new version."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.log_protection import log_protection
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.retention import retention
from pipeline.cloud.service.versioned_function import ALIAS
from pipeline.plan.model import Stage

TIMEOUT_SECONDS = 600
"""More than all attempts of all calls of a hook (pipeline.hooks.clients, .preflight) together, so that the function is
never killed before it has answered; far below the hour after which CodeDeploy gives a silent hook up."""


class TrafficHook(Construct):
    """A hook's function with its own role and log group.

    Its name starts with `CodeDeployHook_`, as CodeDeploy's own policies for Lambda expect (CodeDeploy user guide,
    "AppSpec 'hooks' section"). The event does not say which version is tried: the environment does.
    """

    def __init__(
        self,
        scope: Construct,
        moment: str,
        stage: Stage,
        function: ServiceFunction,
        code: lambda_.Code,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(scope, moment.capitalize())
        name = f"CodeDeployHook_orders-{stage.name}-{function.group.name}-{moment}"
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{name}",
            retention=retention(stage.settings.log_retention_days),
            data_protection_policy=log_protection(),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.role = OwnRole(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(self.role)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description=f"Asked {moment} traffic shifts to a new version of {function.group.name}",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"pipeline.hooks.{moment}_allow_traffic.handler",
            code=code,
            role=self.role,
            memory_size=256,
            timeout=Duration.seconds(TIMEOUT_SECONDS),
            logging_format=lambda_.LoggingFormat.JSON,
            log_group=log_group,
            recursive_loop=lambda_.RecursiveLoop.TERMINATE,
            environment={
                "FUNCTION_NAME": function.function.function_name,
                "VERSION": function.version.version,
                "ALIAS": ALIAS,
                **environment,
            },
        )

    def allow(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Add exactly these actions on exactly these resources to the hook's role."""
        self.role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))


def before_hook(
    scope: Construct, stage: Stage, function: ServiceFunction, alarms: Sequence[cloudwatch.Alarm], code: lambda_.Code
) -> TrafficHook:
    """The hook that tries the new version with the group's probes, and looks whether it could be rolled back."""
    environment = {
        "PROBES": json.dumps([asdict(probe) for probe in function.group.probes]),
        "ALARMS": json.dumps([_alarm_name(stage, function, alarm.name) for alarm in stage.rollout.alarms]),
    }
    hook = TrafficHook(scope, "before", stage, function, code, environment)
    arn = function.function.function_arn
    # Any version: a grant on the new one alone would change with every release, seconds before it is used, and IAM
    # takes longer than that to be the same everywhere.
    hook.allow(["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"], [f"{arn}:*"])
    hook.allow(["lambda:GetAlias"], [arn])
    hook.allow(["cloudwatch:DescribeAlarms"], [alarm.alarm_arn for alarm in alarms])
    return hook


def after_hook(scope: Construct, stage: Stage, function: ServiceFunction, code: lambda_.Code) -> TrafficHook:
    """The hook that asks whether anybody was served by the new version at all."""
    hook = TrafficHook(scope, "after", stage, function, code, {"NO_TRAFFIC": stage.rollout.no_traffic})
    hook.allow(["cloudwatch:GetMetricData"], ["*"])  # has no resources to name (service authorization reference)
    return hook


def _alarm_name(stage: Stage, function: ServiceFunction, name: str) -> str:
    return f"orders-{stage.name}-{function.group.name}-{name}"
