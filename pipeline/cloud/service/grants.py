"""What `api.needs` declares, as statements of a role: each action on its one resource.

A key is granted only through the service that uses it. SQS and SNS encrypt by a data key of their own, so a sender
generates and decrypts one and a receiver decrypts it (SQS developer guide, "Key management").
"""

from collections.abc import Iterator, Sequence

from api.needs import Needs
from pipeline.cloud.service.belongings import Belongings
from pipeline.cloud.service.data import INDEX, SWEEP_INDEX
from pipeline.cloud.service.partner_grants import orders_alone, partner_keys, usage
from pipeline.cloud.service.statement import Statement
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


def granted(needs: Needs, stage: Stage, belongings: Belongings) -> Iterator[Statement]:
    """Exactly what the function declares, but for the user pool: see `granted_on_users`."""
    by_resource = (
        (needs.table - needs.partner_orders, belongings.table.arn),
        (needs.index, f"{belongings.table.arn}/index/{INDEX}"),
        (needs.idempotency, belongings.idempotency.arn),
        (needs.secret, belongings.cursor_secret),
        (needs.email_index, belongings.email_index_secret),
        (needs.sweep_index, f"{belongings.table.arn}/index/{SWEEP_INDEX}"),
        (needs.circuit, belongings.circuits.arn),
        (needs.provider_secret, belongings.provider_secret),
        *((actions, belongings.queues[name].arn) for name, actions in sorted(needs.queues.items())),
        (needs.bus, belongings.bus.arn),
        (needs.notices, belongings.notices),
        (needs.claims, f"{belongings.claims.arn}/claims/*"),
        (needs.claims_bucket, belongings.claims.arn),
        (needs.imports, f"{belongings.imports.arn}/imports/*"),
        (needs.imports_bucket, belongings.imports.arn),
        (needs.invoices, f"{belongings.invoices.arn}/invoices/*"),
        (needs.invoices_bucket, belongings.invoices.arn),
        *((SENDS_BACK, belongings.queues[name].dead_letters_arn) for name in sorted(needs.redrives)),
        *((ARRIVES_BACK, belongings.queues[name].arn) for name in sorted(needs.redrives)),
    )
    for actions, resource in by_resource:
        if actions:
            yield Statement(sorted(actions), [resource])
    if needs.usage:
        yield usage(stage)
    if needs.partner_keys:
        yield from partner_keys(stage)
    if needs.partner_orders:
        yield orders_alone(needs.table & needs.partner_orders, belongings.table.arn)
    yield from _keys(needs, stage, belongings)


def _keys(needs: Needs, stage: Stage, belongings: Belongings) -> Iterator[Statement]:
    """The stage's key, for each service that the function uses it through."""
    key = belongings.key
    if needs.table or needs.idempotency:
        yield use_of_key(key, stage, "dynamodb", WRITES_ENCRYPTED)
    elif needs.index:
        yield use_of_key(key, stage, "dynamodb", READS_ENCRYPTED)
    if needs.partner_keys or "secretsmanager:PutSecretValue" in needs.secret:
        yield use_of_key(key, stage, "secretsmanager", (*READS_ENCRYPTED, "kms:GenerateDataKey"))
    elif needs.secret or needs.email_index or needs.provider_secret:
        yield use_of_key(key, stage, "secretsmanager", READS_ENCRYPTED)
    if needs.notices:
        yield use_of_key(key, stage, "sns", SENDS_MESSAGES)
    if needs.queues or needs.redrives:
        yield use_of_key(key, stage, "sqs", SENDS_MESSAGES)
    if "s3:PutObject" in needs.imports | needs.invoices:
        yield use_of_key(key, stage, "s3", WRITES_OBJECTS)
    if needs.claims or "s3:GetObject" in needs.imports | needs.invoices:
        yield use_of_key(key, stage, "s3", READS_OBJECTS)
    if needs.fields:
        of_stage = {"StringEquals": {"kms:EncryptionContext:stage": stage.name}}
        yield Statement(sorted(needs.fields), [belongings.field_key], of_stage)


def granted_on_users(needs: Needs, belongings: Belongings) -> Iterator[Statement]:
    """Exactly what the function declares, on the stage's user pool."""
    if needs.users:
        yield Statement(sorted(needs.users), [belongings.users.arn])


def use_of_key(key: str, stage: Stage, service: str, actions: Sequence[str]) -> Statement:
    """These actions on the stage's key, through `service` only."""
    via = f"{service}.{stage.environment.region}.amazonaws.com"
    return Statement(actions, [key], {"StringEquals": {"kms:ViaService": via}})
