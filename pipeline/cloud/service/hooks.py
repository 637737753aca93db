"""The functions that CodeDeploy asks before and after it shifts traffic to a new version."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from aws_cdk import RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.service.durations import seconds
from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.lambdas import EVERY_FUNCTION, function_logs, function_role
from pipeline.cloud.service.statement import Statement
from pipeline.cloud.service.versioned_function import ALIAS
from pipeline.plan.model import Stage

TIMEOUT_SECONDS = 600
"""More than all attempts of all calls of a hook (pipeline.hooks.clients, .preflight) together, so that the function is
never killed before it has answered; far below the hour after which CodeDeploy gives a silent hook up."""


MOMENTS = ("before", "after")


class TrafficHook(Construct):
    """A hook's function with its own role; `grants` is what it may do besides writing the log, which all hooks share.

    The event does not say which version is tried: the environment does.
    """

    def __init__(
        self,
        scope: Construct,
        moment: str,
        stage: Stage,
        function: ServiceFunction,
        code: lambda_.Code,
        log_group: logs.LogGroup,
        environment: Mapping[str, str],
        grants: Sequence[Statement],
    ) -> None:
        super().__init__(scope, moment.capitalize())
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=hook_name(stage, function, moment),
            description=f"Asked {moment} traffic shifts to a new version of {function.group.name}",
            handler=f"pipeline.hooks.{moment}_allow_traffic.handler",
            code=code,
            role=function_role(self, log_group, grants),
            memory_size=256,
            timeout=seconds(TIMEOUT_SECONDS),
            log_group=log_group,
            recursive_loop=lambda_.RecursiveLoop.TERMINATE,
            environment={
                "FUNCTION_NAME": function.name,
                "VERSION": function.version,
                "ALIAS": ALIAS,
                **environment,
            },
            **EVERY_FUNCTION,
        )


def hook_name(stage: Stage, function: ServiceFunction, moment: str) -> str:
    """What a hook is called: with this start, as CodeDeploy's own policies for Lambda expect (CodeDeploy user guide,
    "AppSpec 'hooks' section").
    """
    return f"CodeDeployHook_orders-{stage.name}-{function.group.name}-{moment}"


def hook_logs(scope: Construct, stage: Stage) -> logs.LogGroup:
    """The log of all hooks of a stage, whose streams begin with their functions' names. It goes with its rollouts."""
    name = f"CodeDeployHook_orders-{stage.name}"
    return function_logs(scope, stage, name, name="HookLogs", removal=RemovalPolicy.DESTROY)


def before_hook(
    scope: Construct,
    stage: Stage,
    function: ServiceFunction,
    alarms: Sequence[cloudwatch.Alarm],
    code: lambda_.Code,
    log_group: logs.LogGroup,
) -> TrafficHook:
    """The hook that tries the new version with the group's probes, and looks whether it could be rolled back."""
    environment = {
        "PROBES": json.dumps([asdict(probe) for probe in function.group.probes]),
        "ALARMS": json.dumps([_alarm_name(stage, function, alarm.name) for alarm in stage.rollout.alarms]),
    }
    arn = function.function.function_arn
    # Any version: a grant on the new one alone would change with every release, seconds before it is used, and IAM
    # takes longer than that to be the same everywhere.
    grants = [
        Statement(["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"], [f"{arn}:*"]),
        Statement(["lambda:GetAlias"], [arn]),
        Statement(["cloudwatch:DescribeAlarms"], [alarm.alarm_arn for alarm in alarms]),
    ]
    return TrafficHook(scope, "before", stage, function, code, log_group, environment, grants)


def after_hook(
    scope: Construct, stage: Stage, function: ServiceFunction, code: lambda_.Code, log_group: logs.LogGroup
) -> TrafficHook:
    """The hook that asks whether anybody was served by the new version at all."""
    grants = [Statement(["cloudwatch:GetMetricData"], ["*"])]  # has none to name (service authorization reference)
    environment = {"NO_TRAFFIC": stage.rollout.no_traffic}
    return TrafficHook(scope, "after", stage, function, code, log_group, environment, grants)


def _alarm_name(stage: Stage, function: ServiceFunction, name: str) -> str:
    return f"orders-{stage.name}-{function.group.name}-{name}"
