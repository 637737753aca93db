"""One Lambda function and one role per worker, fed from its queue; all of them log into one group.

A stack holds 500 resources (AWS CloudFormation user guide, "Quotas"), and a log group with its metrics is four of them.
A log stream begins with its function's name there (Lambda developer guide, "Configuring CloudWatch log groups").
"""

from collections.abc import Mapping

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.service.belongings import Belongings
from pipeline.cloud.service.grants import RECEIVES_MESSAGES, use_of_key
from pipeline.cloud.service.statement import Statement
from pipeline.cloud.service.versioned_function import VersionedFunction
from pipeline.cloud.service.workers import Worker
from pipeline.plan.model import Stage

RECEIVES = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
"""What Lambda does with the function's role to feed it (Lambda developer guide, "Using Lambda with Amazon SQS")."""


class WorkerFunction(VersionedFunction):
    """The function of a worker. It says which messages of a batch failed; only those come again."""

    def __init__(
        self,
        scope: Construct,
        worker: Worker,
        stage: Stage,
        code: lambda_.Code,
        belongings: Belongings,
        log_group: logs.LogGroup,
        told: Mapping[str, str] | None = None,
    ) -> None:
        queue = belongings.queues[worker.name].arn
        super().__init__(
            scope,
            worker.name,
            stage,
            code,
            belongings,
            description=f"Orders API: works off the queue {worker.name}",
            memory=worker.memory,
            timeout_seconds=worker.timeout_seconds,
            goes_on=worker.goes_on,
            told=told or {},
            grants=[
                Statement(RECEIVES, [queue]),
                use_of_key(belongings.key, stage, "sqs", RECEIVES_MESSAGES),
            ],
            log_group=log_group,
        )
        lambda_.EventSourceMapping(
            self,
            "Source",
            target=self.alias,
            event_source_arn=queue,
            batch_size=worker.batch,
            max_concurrency=worker.most_at_once,
            report_batch_item_failures=True,
        )
