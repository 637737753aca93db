"""The judge of a stage's rollouts: one function, the number that it publishes of each alias, and alarms on both.

CodeDeploy alone moves traffic. The judge publishes how strong the evidence against a new version is, and an ordinary
alarm of ten-second periods reads it; another one counts the judge's own errors, since a judge that can't see ends in
one. Both stand among the alarms of every deployment group.
"""

import json

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.lambdas import beside_rollouts
from pipeline.cloud.service.measures import metric
from pipeline.cloud.service.series import Series, watched
from pipeline.cloud.service.statement import Statement
from pipeline.cloud.service.versioned_function import ALIAS, METRICS_NAMESPACE
from pipeline.plan.alerts import CANARY_RUNBOOK
from pipeline.plan.model import Rollout, Stage
from pipeline.plan.shifting import steps_of

LONGEST_SECONDS = 780
"""The longest shift that it can watch: what is left is for the bake, and for its last looks."""
LOOK_SECONDS = 10
"""Handlers' counts come in periods of ten seconds."""
EVIDENCE_SECONDS, EVIDENCE_PERIODS = 10, 3
"""The period of the alarm on the evidence (CloudWatch: 10, 30, or a multiple of 60 seconds), and how many of them it
looks back: a look may take longer than a period, and nobody knows how often CodeDeploy asks."""

ASKS_CODEDEPLOY = Statement(["codedeploy:GetDeploymentTarget", "codedeploy:ListDeploymentTargets"], ["*"])
"""Neither has a resource to name (service authorization reference)."""
READS_METRICS = Statement(["cloudwatch:GetMetricData"], ["*"])
"""It has none to name, either."""


class Judge(Construct):
    """The function `orders-{stage}-judge`, and the alarm on its errors. It logs where the hooks do."""

    def __init__(self, scope: Construct, stage: Stage, code: lambda_.Code, log_group: logs.LogGroup) -> None:
        super().__init__(scope, "Judge")
        if (lasts := steps_of(stage.rollout.config)[-1][0]) > LONGEST_SECONDS:
            raise ValueError(
                f"{stage.name}: {stage.rollout.config} shifts for {lasts:g} s, and the judge sees {LONGEST_SECONDS} s; "
                "take a configuration that shifts faster"
            )
        publishes = Statement(
            ["cloudwatch:PutMetricData"], ["*"], {"StringEquals": {"cloudwatch:namespace": METRICS_NAMESPACE}}
        )
        self._stage = stage
        self.function = beside_rollouts(
            self,
            f"orders-{stage.name}-judge",
            "Looks at new versions while traffic shifts to them, and says how much worse they are",
            "judge",
            code,
            log_group,
            [ASKS_CODEDEPLOY, READS_METRICS, publishes],
            {**judged_by(stage), "LOOK_WAIT_SECONDS": str(LOOK_SECONDS)},
        )
        self.errors = cloudwatch.Alarm(
            self,
            "Errors",
            alarm_name=errors_name(stage),
            alarm_description=_said("The judge of new versions ended in an error: it sees nothing."),
            metric=watched(metric("AWS/Lambda", "Errors", "Sum", {"FunctionName": self.function.function_name})),
            threshold=0,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            datapoints_to_alarm=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def evidence(self, scope: Construct, function: ServiceFunction) -> cloudwatch.Alarm:
        """The alarm on the evidence against a function's new version."""
        return cloudwatch.Alarm(
            scope,
            "Judge",
            alarm_name=evidence_name(self._stage, function),
            alarm_description=_said(f"New version of {function.group.name} behind {ALIAS}: convicted by the judge."),
            metric=watched(_evidence(function)),
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=EVIDENCE_PERIODS,
            datapoints_to_alarm=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )


def judged_by(stage: Stage) -> dict[str, str]:
    """What the judge and the hook after the shift read of a stage's rollout (`pipeline.hooks.verdict.judged`)."""
    return {
        "STAGE": stage.name,
        "SHIFT": shift(stage.rollout),
        "NO_TRAFFIC": stage.rollout.no_traffic,
        "INCONCLUSIVE": stage.rollout.inconclusive,
    }


def shift(rollout: Rollout) -> str:
    """The steps of a rollout as the hooks read them."""
    return json.dumps(steps_of(rollout.config), separators=(",", ":"))


def evidence_name(stage: Stage, function: ServiceFunction) -> str:
    """What the alarm on a function's evidence is called."""
    return f"orders-{stage.name}-{function.group.name}-judge"


def errors_name(stage: Stage) -> str:
    """What the alarm on the judge's errors is called."""
    return f"orders-{stage.name}-judge-errors"


def _evidence(function: ServiceFunction) -> Series:
    told = {"FunctionName": function.name, "Alias": ALIAS}
    return metric(METRICS_NAMESPACE, "Evidence", "Maximum", told, EVIDENCE_SECONDS)


def _said(what: str) -> str:
    return f"{what} Rolls back. Runbook: pipeline/runbooks/{CANARY_RUNBOOK}.md"
