"""How a new version takes traffic: CodeDeploy, the alarms that watch that version alone, and both traffic hooks."""

from collections.abc import Sequence

from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from pipeline.cloud.service.canary_alarms import canary_alarm
from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.hooks import TrafficHook, after_hook, before_hook
from pipeline.plan.model import Stage

MOST_ALARMS = 10
"""Alarms that a CodeDeploy deployment group takes at most (CodeDeploy quotas)."""


class Rollout(Construct):
    """The deployment group of each function, in one CodeDeploy application.

    Groups deploy in parallel and not as a unit: one function may stand on its new version while another is rolled back.
    """

    def __init__(
        self, scope: Construct, name: str, stage: Stage, functions: Sequence[ServiceFunction], code: lambda_.Code
    ) -> None:
        super().__init__(scope, name)
        application = codedeploy.LambdaApplication(self, "Application", application_name=f"orders-{stage.name}")
        for function in functions:
            self._group(application, stage, function, code)

    def _group(
        self,
        application: codedeploy.LambdaApplication,
        stage: Stage,
        function: ServiceFunction,
        code: lambda_.Code,
    ) -> codedeploy.LambdaDeploymentGroup:
        scope = Construct(self, function.group.name.capitalize())
        alarms = [canary_alarm(scope, stage, function, alarm) for alarm in stage.rollout.alarms]
        if len(alarms) > MOST_ALARMS:
            raise ValueError(
                f"{stage.name}: {len(alarms)} alarms on {function.group.name}; CodeDeploy takes {MOST_ALARMS}"
            )
        before: TrafficHook = before_hook(scope, stage, function, alarms, code)
        after: TrafficHook = after_hook(scope, stage, function, code)
        return codedeploy.LambdaDeploymentGroup(
            scope,
            "Group",
            deployment_group_name=f"orders-{stage.name}-{function.group.name}",
            application=application,
            alias=function.alias,
            deployment_config=codedeploy.LambdaDeploymentConfig.from_lambda_deployment_config_name(
                scope, "Config", f"CodeDeployDefault.{stage.rollout.config}"
            ),
            alarms=alarms,
            pre_hook=before.function,
            post_hook=after.function,
            # CDK leaves the rollback of a stopped deployment off, and an alias that stays on two versions takes no
            # further deployment.
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )
