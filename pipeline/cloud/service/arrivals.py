"""How what people upload starts a function: from its bucket by the account's own event bus to a worker's queue."""

from typing import Final

from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from constructs import Construct

from pipeline.cloud.service.events import EVENTS, target_of
from pipeline.cloud.service.work_queue import WorkQueue
from pipeline.plan.model import Stage

BUS: Final = "default"
"""S3 tells no other (S3 user guide, "Using EventBridge")."""


class Arrivals(Construct):
    """The rules that tell queues of each object that is made in their buckets."""

    def __init__(self, scope: Construct, name: str, stage: Stage, *arriving: tuple[s3.IBucket, WorkQueue]) -> None:
        super().__init__(scope, name)
        for bucket, queue in arriving:
            self._rule(stage, bucket, queue)

    def _rule(self, stage: Stage, bucket: s3.IBucket, queue: WorkQueue) -> None:
        rule = events.CfnRule(
            self,
            queue.worker.name.capitalize(),
            name=f"orders-{stage.name}-{queue.worker.name}",
            description=f"What is uploaded: for the worker {queue.worker.name}",
            event_bus_name=BUS,
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [bucket.bucket_name]}},
            },
            targets=[target_of(queue)],
        )
        queue.let_send(EVENTS, rule.attr_arn)
