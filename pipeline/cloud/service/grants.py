"""What `api.needs` declares, as statements of a role: each action on its one resource.

A key is granted only through the service that uses it. SQS and SNS encrypt by a data key of their own, so a sender
generates and decrypts one and a receiver decrypts it (SQS developer guide, "Key management").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from api.needs import Needs
from pipeline.cloud.service.data import INDEX, SWEEP_INDEX, Data
from pipeline.cloud.service.partner_grants import allow_orders_alone, allow_partner_keys, allow_usage
from pipeline.cloud.service.work_queue import WorkQueue
from pipeline.plan.model import Stage

READS_ENCRYPTED = ("kms:Decrypt", "kms:DescribeKey")
WRITES_ENCRYPTED = (*READS_ENCRYPTED, "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
RECEIVES_MESSAGES = ("kms:Decrypt",)
SENDS_MESSAGES = (*RECEIVES_MESSAGES, "kms:GenerateDataKey")
READS_OBJECTS = ("kms:Decrypt",)
WRITES_OBJECTS = ("kms:GenerateDataKey",)


SENDS_BACK = frozenset(
    {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:StartMessageMoveTask"}
)
ARRIVES_BACK = frozenset({"sqs:SendMessage"})
"""What SQS asks of who starts a move task, on its source and its destination (API reference, StartMessageMoveTask)."""


@dataclass(frozen=True)
class Belongings:
    """What there is in a stage for functions to use: its data, queues by their workers' names, bus, topic and users."""

    data: Data
    queues: Mapping[str, WorkQueue]
    bus: events.IEventBus
    notices: sns.ITopic
    users: cognito.IUserPool


def allow(role: iam.Role, needs: Needs, stage: Stage, belongings: Belongings) -> None:
    """Exactly what the function declares, but for the user pool: see `allow_users`."""
    data = belongings.data
    by_resource = (
        (needs.table - needs.partner_orders, data.table.table_arn),
        (needs.index, f"{data.table.table_arn}/index/{INDEX}"),
        (needs.idempotency, data.idempotency.table_arn),
        (needs.secret, data.cursor_secret.secret_arn),
        (needs.email_index, data.email_index_secret.secret_arn),
        (needs.sweep_index, f"{data.table.table_arn}/index/{SWEEP_INDEX}"),
        (needs.circuit, data.circuits.table_arn),
        (needs.provider_secret, data.provider_secret.secret_arn),
        *((actions, belongings.queues[name].queue.queue_arn) for name, actions in sorted(needs.queues.items())),
        (needs.bus, belongings.bus.event_bus_arn),
        (needs.notices, belongings.notices.topic_arn),
        (needs.claims, data.claims.arn_for_objects("claims/*")),
        (needs.claims_bucket, data.claims.bucket_arn),
        (needs.imports, data.imports.arn_for_objects("imports/*")),
        (needs.imports_bucket, data.imports.bucket_arn),
        (needs.invoices, data.invoices.arn_for_objects("invoices/*")),
        (needs.invoices_bucket, data.invoices.bucket_arn),
        *((SENDS_BACK, belongings.queues[name].dead_letters.queue_arn) for name in sorted(needs.redrives)),
        *((ARRIVES_BACK, belongings.queues[name].queue.queue_arn) for name in sorted(needs.redrives)),
    )
    for actions, resource in by_resource:
        if actions:
            role.add_to_policy(iam.PolicyStatement(actions=sorted(actions), resources=[resource]))
    if needs.usage:
        allow_usage(role, stage)
    if needs.partner_keys:
        allow_partner_keys(role, stage)
    if needs.partner_orders:
        allow_orders_alone(role, needs.table & needs.partner_orders, data)
    _allow_keys(role, needs, stage, data)


def _allow_keys(role: iam.Role, needs: Needs, stage: Stage, data: Data) -> None:
    """The stage's key, for each service that the function uses it through."""
    if needs.table or needs.idempotency:
        allow_key(role, data, "dynamodb", WRITES_ENCRYPTED)
    elif needs.index:
        allow_key(role, data, "dynamodb", READS_ENCRYPTED)
    if needs.partner_keys or "secretsmanager:PutSecretValue" in needs.secret:
        allow_key(role, data, "secretsmanager", (*READS_ENCRYPTED, "kms:GenerateDataKey"))
    elif needs.secret or needs.email_index or needs.provider_secret:
        allow_key(role, data, "secretsmanager", READS_ENCRYPTED)
    if needs.notices:
        allow_key(role, data, "sns", SENDS_MESSAGES)
    if needs.queues or needs.redrives:
        allow_key(role, data, "sqs", SENDS_MESSAGES)
    if "s3:PutObject" in needs.imports | needs.invoices:
        allow_key(role, data, "s3", WRITES_OBJECTS)
    if needs.claims or "s3:GetObject" in needs.imports | needs.invoices:
        allow_key(role, data, "s3", READS_OBJECTS)
    if needs.fields:
        of_stage = {"StringEquals": {"kms:EncryptionContext:stage": stage.name}}
        role.add_to_policy(
            iam.PolicyStatement(actions=sorted(needs.fields), resources=[data.field_key.key_arn], conditions=of_stage)
        )


def allow_users(role: iam.Role, needs: Needs, belongings: Belongings) -> None:
    """Exactly what the function declares, on the stage's user pool."""
    if needs.users:
        users = belongings.users.user_pool_arn
        role.add_to_policy(iam.PolicyStatement(actions=sorted(needs.users), resources=[users]))


def allow_key(role: iam.Role, data: Data, service: str, actions: Sequence[str]) -> None:
    """These actions on the stage's key, through `service` only."""
    via = f"{service}.{Stack.of(role).region}.amazonaws.com"
    role.add_to_policy(
        iam.PolicyStatement(
            actions=list(actions),
            resources=[data.key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": via}},
        )
    )
