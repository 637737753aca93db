"""How what customers upload starts a function: from the bucket by the account's own event bus to a worker's queue."""

from typing import Final

from aws_cdk import aws_events as events
from constructs import Construct

from pipeline.cloud.service.data import Data
from pipeline.cloud.service.events import DELIVERY_ATTEMPTS, DELIVERY_SECONDS, let_bus_send
from pipeline.cloud.service.work_queue import WorkQueue
from pipeline.plan.model import Stage

BUS: Final = "default"
"""S3 tells no other (S3 user guide, "Using EventBridge")."""


class Arrivals(Construct):
    """The rule that tells a queue of each object that is made in the claims' bucket."""

    def __init__(self, scope: Construct, name: str, stage: Stage, data: Data, queue: WorkQueue) -> None:
        super().__init__(scope, name)
        rule = events.CfnRule(
            self,
            "Photographs",
            name=f"orders-{stage.name}-{queue.worker.name}",
            description=f"What is uploaded for claims: for the worker {queue.worker.name}",
            event_bus_name=BUS,
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [data.claims.bucket_name]}},
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id=queue.worker.name,
                    arn=queue.queue.queue_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=queue.dead_letters.queue_arn),
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_retry_attempts=DELIVERY_ATTEMPTS, maximum_event_age_in_seconds=DELIVERY_SECONDS
                    ),
                )
            ],
        )
        let_bus_send(rule, queue)
