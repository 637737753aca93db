"""A queue that a worker works off, with the dead letters beside it."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from pipeline.cloud.service.durations import seconds
from pipeline.cloud.service.workers import Worker
from pipeline.plan.model import Stage

KEPT = Duration.days(4)
DEAD_KEPT = Duration.days(14)
"""As long as SQS keeps anything. A message keeps its age when it moves, so this must exceed `KEPT` (SQS developer
guide, "Using dead-letter queues")."""

VISIBILITY_IN_TIMEOUTS = 6
"""Lambda's own advice, so that a throttled batch is not delivered twice (Lambda developer guide, "Using Lambda with
Amazon SQS")."""


class DeadLetters(sqs.Queue):
    """What could not be handled or delivered: encrypted, by TLS only, kept for two weeks."""

    def __init__(
        self, scope: Construct, name: str, queue_name: str, key: kms.IKey, allow: sqs.RedriveAllowPolicy | None = None
    ) -> None:
        super().__init__(
            scope,
            name,
            queue_name=queue_name,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=DEAD_KEPT,
            redrive_allow_policy=allow,
        )
        self.arn = self.queue_arn


class WorkQueue(Construct):
    """The queue `orders-{stage}-{worker}`, and `orders-{stage}-{worker}-dead-letters` that takes from it alone.

    Both are deleted with the template that drops them: let a queue run dry before its worker is removed.
    """

    def __init__(self, scope: Construct, worker: Worker, stage: Stage, key: kms.IKey) -> None:
        super().__init__(scope, f"{worker.name.capitalize()}Queue")
        self.worker = worker
        name = f"orders-{stage.name}-{worker.name}"
        by_name = f"arn:aws:sqs:{stage.environment.region}:{stage.environment.account}:{name}"
        source = sqs.Queue.from_queue_arn(self, "Source", by_name)  # since the two queues name each other
        only_from = sqs.RedriveAllowPolicy(redrive_permission=sqs.RedrivePermission.BY_QUEUE, source_queues=[source])
        self.dead_letters = DeadLetters(self, "DeadLetters", f"{name}-dead-letters", key, only_from)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=name,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=KEPT,
            visibility_timeout=seconds(VISIBILITY_IN_TIMEOUTS * worker.timeout_seconds),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=worker.receives),
        )
        self.arn = self.queue.queue_arn

    def let_send(self, principal: iam.IPrincipal, source: str) -> None:
        """Let the principal write into the queue and its dead letters, on behalf of the source with this ARN alone."""
        for queue, arn in ((self.queue, self.arn), (self.dead_letters, self.dead_letters.arn)):
            queue.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["sqs:SendMessage"],
                    principals=[principal],
                    resources=[arn],
                    conditions={"ArnEquals": {"aws:SourceArn": source}},
                )
            )
