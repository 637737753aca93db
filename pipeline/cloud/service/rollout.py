"""How a new version takes traffic: CodeDeploy, the alarms that watch it, its judge, and both traffic hooks."""

from collections.abc import Sequence

from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.service.canary_alarms import canary_alarm, of_stage, of_version, stage_alarm
from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.hooks import MOMENTS, TrafficHook, after_hook, before_hook, hook_logs, hook_name
from pipeline.cloud.service.judge import Judge
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.statement import Statement
from pipeline.cloud.service.visitor import Visitor
from pipeline.plan.model import Stage

MOST_ALARMS = 10
"""Alarms that a CodeDeploy deployment group takes at most (CodeDeploy quotas)."""

SHIFTS = "service-role/AWSCodeDeployRoleForLambdaLimited"
"""AWS's own policy for CodeDeploy, which may shift any alias; it names no function that could be invoked."""


class Rollout(Construct):
    """The deployment group of each function, in one CodeDeploy application.

    Groups deploy in parallel and not as a unit: one function may stand on its new version while another is rolled back.
    They share a role, and their hooks a log: a stack holds 500 resources, and AWS's policy shifts any alias anyway.
    """

    def __init__(
        self, scope: Construct, name: str, stage: Stage, functions: Sequence[ServiceFunction], code: lambda_.Code
    ) -> None:
        super().__init__(scope, name)
        application = codedeploy.LambdaApplication(self, "Application", application_name=f"orders-{stage.name}")
        role = self._role(stage, functions)
        log_group = hook_logs(self, stage)
        judge = Judge(self, stage, code, log_group)
        self._shared = [judge.errors, *(stage_alarm(self, stage, alarm) for alarm in of_stage(stage.rollout))]
        self._visitor = Visitor(self, stage, functions, code, log_group) if stage.rollout.visitors else None
        for function in functions:
            self._group(application, stage, function, judge, code, role, log_group)

    def _role(self, stage: Stage, functions: Sequence[ServiceFunction]) -> iam.IRole:
        """What CodeDeploy shifts traffic with. Hooks are named as text: they know their group, which knows the role.

        For the same reason nothing is added by the CDK, which would grant it once more by references.
        """
        names = [hook_name(stage, function, moment) for function in functions for moment in MOMENTS]
        here = f"{stage.environment.region}:{stage.environment.account}"
        return OwnRole(
            self,
            "Role",
            [Statement(["lambda:InvokeFunction"], [f"arn:aws:lambda:{here}:function:{name}" for name in names])],
            description="What CodeDeploy shifts traffic to new versions with, and asks the hooks",
            assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(SHIFTS)],
        ).without_policy_updates()

    def _group(
        self,
        application: codedeploy.LambdaApplication,
        stage: Stage,
        function: ServiceFunction,
        judge: Judge,
        code: lambda_.Code,
        role: iam.IRole,
        log_group: logs.LogGroup,
    ) -> codedeploy.LambdaDeploymentGroup:
        scope = Construct(self, function.group.name.capitalize())
        own = [canary_alarm(scope, stage, function, alarm) for alarm in of_version(stage.rollout, function.group)]
        alarms = [*own, judge.evidence(scope, function), *self._shared]
        if len(alarms) > MOST_ALARMS:
            raise ValueError(
                f"{stage.name}: {len(alarms)} alarms on {function.group.name}; CodeDeploy takes {MOST_ALARMS}"
            )
        before: TrafficHook = before_hook(scope, stage, function, alarms, judge, self._visitor, code, log_group)
        after: TrafficHook = after_hook(scope, stage, function, code, log_group)
        return codedeploy.LambdaDeploymentGroup(
            scope,
            "Group",
            deployment_group_name=f"orders-{stage.name}-{function.group.name}",
            application=application,
            role=role,
            alias=function.alias,
            deployment_config=codedeploy.LambdaDeploymentConfig.from_lambda_deployment_config_name(
                scope, "Config", f"CodeDeployDefault.{stage.rollout.config}"
            ),
            alarms=alarms,
            ignore_alarm_configuration=stage.rollout.break_glass is not None,
            pre_hook=before.function,
            post_hook=after.function,
            # CDK leaves the rollback of a stopped deployment off, and an alias that stays on two versions takes no
            # further deployment.
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )
