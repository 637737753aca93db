"""Every five minutes a message asks the worker `payments` to see to the orders that nobody has paid for."""

import json

from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from pipeline.cloud.service.data import Data
from pipeline.cloud.service.grants import SENDS_MESSAGES, use_of_key
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.statement import Statement
from pipeline.cloud.service.work_queue import WorkQueue
from pipeline.plan.model import Stage

EVERY = "rate(5 minutes)"

EXECUTION = "<aws.scheduler.execution-id>"
"""EventBridge Scheduler puts its own id of the execution there (user guide, "Adding context attributes")."""

MESSAGE = {
    "detail-type": "PaymentsSweepDue",
    "source": "orders.schedule",
    "detail": {
        "metadata": {
            "event_id": EXECUTION,
            "occurred_at": "<aws.scheduler.scheduled-time>",
            "correlation_id": EXECUTION,
            "causation_id": EXECUTION,
            "schema_version": 1,
        },
        "data": {},
    },
}
"""In the form of the messages that workers read (api.handlers.worker)."""


class Sweeper(Construct):
    """The schedule, and the role with which it writes to the queue; what it can't deliver goes to the dead letters."""

    def __init__(self, scope: Construct, name: str, stage: Stage, data: Data, work: WorkQueue) -> None:
        super().__init__(scope, name)
        grants = [
            Statement(["sqs:SendMessage"], [work.arn, work.dead_letters.arn]),
            use_of_key(data.key_arn, stage, "sqs", SENDS_MESSAGES),
        ]
        role = OwnRole(self, "Role", grants, assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
        schedule = scheduler.CfnSchedule(
            self,
            "Schedule",
            name=f"orders-{stage.name}-payments-sweep",
            description="Unpaid orders are looked for",
            schedule_expression=EVERY,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=work.arn,
                role_arn=role.role_arn,
                input=json.dumps(MESSAGE),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=300, maximum_retry_attempts=5
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=work.dead_letters.arn),
            ),
        )
        schedule.node.add_dependency(role)  # it is tried when it is made: its policy has to be there by then
