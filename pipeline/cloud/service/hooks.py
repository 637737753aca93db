"""The functions that CodeDeploy asks before and after it shifts traffic to a new version."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from aws_cdk import RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.service.canary_alarms import canary_alarm_name, of_stage, of_version, stage_alarm_name
from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.judge import (
    ASKS_CODEDEPLOY,
    READS_METRICS,
    Judge,
    errors_name,
    evidence_name,
    judged_by,
    shift,
)
from pipeline.cloud.service.lambdas import beside_rollouts, function_logs
from pipeline.cloud.service.statement import Statement
from pipeline.cloud.service.versioned_function import ALIAS
from pipeline.cloud.service.visitor import Visitor
from pipeline.plan.model import Rollout, Stage
from pipeline.plan.shifting import steps_of

BUSY_SECONDS = 0.2
"""How long a request keeps an environment busy, for the number of those that are started before traffic comes."""


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
        self.function = beside_rollouts(
            self,
            hook_name(stage, function, moment),
            f"Asked {moment} traffic shifts to a new version of {function.group.name}",
            f"{moment}_allow_traffic",
            code,
            log_group,
            grants,
            {
                "FUNCTION_NAME": function.name,
                "VERSION": function.version,
                "ALIAS": ALIAS,
                **_broken_glass(stage),
                **environment,
            },
        )


def _broken_glass(stage: Stage) -> dict[str, str]:
    flag = stage.rollout.break_glass
    return {} if flag is None else {"BREAK_GLASS": json.dumps(asdict(flag))}


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
    judge: Judge,
    visitor: Visitor | None,
    code: lambda_.Code,
    log_group: logs.LogGroup,
) -> TrafficHook:
    """The hook that tries the new version with the group's probes, looks whether it could be rolled back, and calls the
    judge and the visitor.
    """
    environment = {
        "PROBES": json.dumps([asdict(probe) for probe in function.group.probes]),
        "ALARMS": json.dumps(watched_names(stage, function)),
        "WARM": str(environments(stage.rollout)),
        "SHIFT": shift(stage.rollout),
        "JUDGE": judge.function.function_name,
        **({"VISITOR": visitor.function.function_name} if visitor else {}),
    }
    called = [judge.function.function_arn, *([visitor.function.function_arn] if visitor else [])]
    arn = function.function.function_arn
    # Any version: a grant on the new one alone would change with every release, seconds before it is used, and IAM
    # takes longer than that to be the same everywhere.
    of_versions = (
        "lambda:GetFunctionConfiguration",
        "lambda:GetProvisionedConcurrencyConfig",
        "lambda:InvokeFunction",
    )
    grants = [
        Statement(of_versions, [f"{arn}:*"]),
        Statement(["lambda:GetAlias"], [arn]),
        Statement(["lambda:InvokeFunction"], called),
        Statement(["cloudwatch:DescribeAlarms"], [alarm.alarm_arn for alarm in alarms]),
    ]
    return TrafficHook(scope, "before", stage, function, code, log_group, environment, grants)


def after_hook(
    scope: Construct, stage: Stage, function: ServiceFunction, code: lambda_.Code, log_group: logs.LogGroup
) -> TrafficHook:
    """The hook that judges the whole rollout, once what still comes in has come."""
    bake = stage.rollout.bake_seconds if len(steps_of(stage.rollout.config)) > 1 else 0
    environment = {**judged_by(stage), "BAKE_WAIT_SECONDS": str(bake)}
    return TrafficHook(scope, "after", stage, function, code, log_group, environment, [ASKS_CODEDEPLOY, READS_METRICS])


def environments(rollout: Rollout) -> int:
    """How many environments the first requests need, as far as the plan knows; one more than that are started."""
    first = steps_of(rollout.config)[0][1]
    return 1 + math.ceil(rollout.expected_rps * first * BUSY_SECONDS)


def watched_names(stage: Stage, function: ServiceFunction) -> list[str]:
    """The alarms of a function's deployment group by their names."""
    own = [canary_alarm_name(stage, function, alarm) for alarm in of_version(stage.rollout, function.group)]
    shared = [stage_alarm_name(stage, alarm) for alarm in of_stage(stage.rollout)]
    return [*own, evidence_name(stage, function), errors_name(stage), *shared]
