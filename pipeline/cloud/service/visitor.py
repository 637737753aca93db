"""The visitor of a stage's rollouts: one function, which asks an alias while its traffic shifts.

Only where the plan says so: in a stage in which tests and the team alone ask, a new version would serve nobody.
"""

from collections.abc import Sequence

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.lambdas import beside_rollouts
from pipeline.cloud.service.statement import Statement
from pipeline.cloud.service.versioned_function import ALIAS
from pipeline.plan.model import Stage
from pipeline.plan.shifting import steps_of


class Visitor(Construct):
    """The function `orders-{stage}-visitor`. It logs where the hooks do."""

    def __init__(
        self,
        scope: Construct,
        stage: Stage,
        functions: Sequence[ServiceFunction],
        code: lambda_.Code,
        log_group: logs.LogGroup,
    ) -> None:
        super().__init__(scope, "Visitor")
        aliases = [f"{function.function.function_arn}:{ALIAS}" for function in functions]
        lasts = steps_of(stage.rollout.config)[-1][0]
        self.function = beside_rollouts(
            self,
            f"orders-{stage.name}-visitor",
            "Asks an alias while its traffic shifts, where hardly anybody else does",
            "visitor",
            code,
            log_group,
            [Statement(["lambda:InvokeFunction"], aliases)],
            {
                "VISIT_WAIT_SECONDS": f"{lasts + stage.rollout.bake_seconds:g}",
                "PAUSE_SECONDS": f"{1 / stage.rollout.visitors:g}",
            },
        )
