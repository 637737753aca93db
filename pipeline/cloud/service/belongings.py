"""What there is in a stage for functions to use: names and ARNs as plain text, each asked of the CDK once.

A score of functions would ask the same ones, and each answer comes from the CDK's own process (see `statement`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from pipeline.cloud.service.data import Data
from pipeline.cloud.service.work_queue import WorkQueue


@dataclass(frozen=True)
class Place:
    """Where a thing is: what its clients call it, and its ARN."""

    name: str
    arn: str


@dataclass(frozen=True)
class QueuePlace:
    """Where a queue is that a worker works off, and where its dead letters are."""

    url: str
    arn: str
    dead_letters_arn: str


@dataclass(frozen=True)
class Belongings:
    """A stage's data, its queues by their workers' names, its bus, its topic of notices, and its users.

    Keys, secrets and topics are called by their ARNs.
    """

    key: str
    field_key: str
    table: Place
    idempotency: Place
    circuits: Place
    cursor_secret: str
    provider_secret: str
    email_index_secret: str
    claims: Place
    imports: Place
    invoices: Place
    queues: Mapping[str, QueuePlace]
    bus: Place
    notices: str
    users: Place


def belongings_of(
    data: Data, queues: Mapping[str, WorkQueue], bus: events.IEventBus, notices: sns.ITopic, users: cognito.IUserPool
) -> Belongings:
    """Where these are."""
    return Belongings(
        key=data.key_arn,
        field_key=data.field_key.key_arn,
        table=_table(data.table),
        idempotency=_table(data.idempotency),
        circuits=_table(data.circuits),
        cursor_secret=data.cursor_secret.secret_arn,
        provider_secret=data.provider_secret.secret_arn,
        email_index_secret=data.email_index_secret.secret_arn,
        claims=_bucket(data.claims),
        imports=_bucket(data.imports),
        invoices=_bucket(data.invoices),
        queues={name: _queue(each) for name, each in queues.items()},
        bus=Place(bus.event_bus_name, bus.event_bus_arn),
        notices=notices.topic_arn,
        users=Place(users.user_pool_id, users.user_pool_arn),
    )


def _table(table: dynamodb.ITable) -> Place:
    return Place(table.table_name, table.table_arn)


def _bucket(bucket: s3.IBucket) -> Place:
    return Place(bucket.bucket_name, bucket.bucket_arn)


def _queue(work: WorkQueue) -> QueuePlace:
    return QueuePlace(work.queue.queue_url, work.arn, work.dead_letters.arn)
