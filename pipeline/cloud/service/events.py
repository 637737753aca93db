"""How what has happened reaches others: from the table's stream through a pipe to the bus, and from there to queues.

An event is written with what it tells of, in one transaction (api.adapters.items.from_event), so that neither is there
without the other. Everything behind it delivers at least once: whoever hears of an event knows it again by its id.
"""

import json
from collections.abc import Mapping
from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_pipes as pipes
from constructs import Construct

from api.domain.events import SOURCE
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.grants import RECEIVES_MESSAGES, SENDS_MESSAGES, use_of_key
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.statement import Statement
from pipeline.cloud.service.work_queue import DeadLetters, WorkQueue
from pipeline.plan.model import Stage

EVENTS: Final = iam.ServicePrincipal("events.amazonaws.com")

ONLY_EVENTS = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"entity": {"S": ["EVENT"]}}}}
"""What the pipe takes from the stream: nothing but events, and not that one's time to live has ended."""

DETAIL = "<$.dynamodb.NewImage.detail.S>"
"""The event's detail as it was written: the attribute holds JSON text, which becomes the whole input."""

ATTEMPTS = 20
"""Of a batch that the bus refuses, before it goes to the dead letters; a batch that failed is halved first."""

DELIVERY_ATTEMPTS = 24
DELIVERY_SECONDS = 6 * 60 * 60
"""How often and how long the bus tries to reach a queue, with EventBridge's own waits in between."""


class Events(Construct):
    """The bus `orders-{stage}`, the pipe that fills it, and a rule for each worker that consumes events."""

    def __init__(self, scope: Construct, name: str, stage: Stage, data: Data, queues: Mapping[str, WorkQueue]) -> None:
        super().__init__(scope, name)
        self.bus = events.EventBus(self, "Bus", event_bus_name=f"orders-{stage.name}")
        self._pipe(stage, data)
        consumers = [each for each in queues.values() if each.worker.kinds]
        for queue in consumers:
            self._rule(stage, queue)
        if consumers:
            _let_bus_encrypt(data)

    def _pipe(self, stage: Stage, data: Data) -> None:
        dead_letters = DeadLetters(self, "Unsent", f"orders-{stage.name}-unsent-dead-letters", data.key)
        stream = str(data.table.table_stream_arn)
        reads = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
        grants = [
            Statement(reads, [stream]),
            Statement(["events:PutEvents"], [self.bus.event_bus_arn]),
            Statement(["sqs:SendMessage"], [dead_letters.arn]),
            use_of_key(data.key_arn, stage, "dynamodb", RECEIVES_MESSAGES),
            use_of_key(data.key_arn, stage, "sqs", SENDS_MESSAGES),
        ]
        role = OwnRole(self, "PipeRole", grants, assumed_by=iam.ServicePrincipal("pipes.amazonaws.com"))
        pipe = pipes.CfnPipe(
            self,
            "Pipe",
            name=f"orders-{stage.name}-events",
            description="Carries the events from the table's stream to the bus",
            role_arn=role.role_arn,
            source=stream,
            source_parameters=pipes.CfnPipe.PipeSourceParametersProperty(
                filter_criteria=pipes.CfnPipe.FilterCriteriaProperty(
                    filters=[pipes.CfnPipe.FilterProperty(pattern=json.dumps(ONLY_EVENTS))]
                ),
                dynamo_db_stream_parameters=pipes.CfnPipe.PipeSourceDynamoDBStreamParametersProperty(
                    starting_position="TRIM_HORIZON",
                    batch_size=10,
                    maximum_retry_attempts=ATTEMPTS,
                    on_partial_batch_item_failure="AUTOMATIC_BISECT",
                    dead_letter_config=pipes.CfnPipe.DeadLetterConfigProperty(arn=dead_letters.arn),
                ),
            ),
            target=self.bus.event_bus_arn,
            target_parameters=pipes.CfnPipe.PipeTargetParametersProperty(
                event_bridge_event_bus_parameters=pipes.CfnPipe.PipeTargetEventBridgeEventBusParametersProperty(
                    source=SOURCE, detail_type="$.dynamodb.NewImage.detail_type.S"
                ),
                input_template=DETAIL,
            ),
        )
        pipe.node.add_dependency(role)  # with its policy: a pipe that may not read yet is created as failed

    def _rule(self, stage: Stage, queue: WorkQueue) -> None:
        """What can't be delivered joins what can't be handled: both come back by one way, and look the same."""
        worker = queue.worker
        rule = events.CfnRule(
            self,
            worker.name.capitalize(),
            name=f"orders-{stage.name}-{worker.name}",
            description=f"{', '.join(worker.kinds)}: for the worker {worker.name}",
            event_bus_name=self.bus.event_bus_name,
            event_pattern={"source": [SOURCE], "detail-type": list(worker.kinds)},
            targets=[target_of(queue)],
        )
        queue.let_send(EVENTS, rule.attr_arn)


def target_of(queue: WorkQueue) -> events.CfnRule.TargetProperty:
    """A worker's queue as a rule's target, with its dead letters for what can't be delivered."""
    return events.CfnRule.TargetProperty(
        id=queue.worker.name,
        arn=queue.arn,
        dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=queue.dead_letters.arn),
        retry_policy=events.CfnRule.RetryPolicyProperty(
            maximum_retry_attempts=DELIVERY_ATTEMPTS, maximum_event_age_in_seconds=DELIVERY_SECONDS
        ),
    )


def _let_bus_encrypt(data: Data) -> None:
    """The bus has no role of its own when it writes to a queue: the key's policy lets it, for this account's rules."""
    data.key.add_to_resource_policy(
        iam.PolicyStatement(
            actions=list(SENDS_MESSAGES),
            principals=[EVENTS],
            resources=["*"],  # in a key's policy: this key
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(data).account}},
        )
    )
