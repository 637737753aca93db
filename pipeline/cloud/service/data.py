"""What the service keeps: its tables, its buckets, and the secrets and keys that sign, pay and seal."""

from functools import cache

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from pipeline.cloud.service.buckets import private_bucket, uploads_from
from pipeline.cloud.service.guards import only_from_account, only_over_tls
from pipeline.cloud.service.invoices import invoices_bucket
from pipeline.cloud.service.replication import Replication
from pipeline.cloud.service.uploads import claims_bucket
from pipeline.plan.model import Stage

INDEX = "GSI1"
SWEEP_INDEX = "GSI2"

IMPORTS_KEPT = Duration.days(7)
"""Files of imports: longer than an import takes, or its messages wait in their queue. The operator has the file."""


class Data(Construct):
    """The stateful resources of a stage. All are retained when a template drops them, and encrypted with one key.

    `field_key` is another one: it seals personal data before it reaches the table, so that who may read the table (and
    its key) can't read that.

    The keys of the tables are those of `api.adapters`: PK and SK, GSI1PK and GSI1SK, status and sweep_shard; the
    idempotency table's `id` and `expiration` are Powertools' names.
    """

    def __init__(self, scope: Construct, name: str, stage: Stage) -> None:
        super().__init__(scope, name)
        self.key = kms.Key(self, "Key", enable_key_rotation=True, removal_policy=RemovalPolicy.RETAIN)
        self.key_arn = self.key.key_arn
        self.key.add_alias(f"alias/orders-{stage.name}")
        self.field_key = kms.Key(
            self,
            "FieldKey",
            description="Seals fields of personal data",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.field_key.add_alias(f"alias/orders-{stage.name}-fields")
        self.table = self._table(
            "Table", stage, "PK", sort="SK", expires="expires_at", stream=dynamodb.StreamViewType.NEW_IMAGE
        )
        self.table.add_global_secondary_index(
            index_name=INDEX,
            partition_key=_text("GSI1PK"),
            sort_key=_text("GSI1SK"),
            max_read_request_units=stage.settings.most_table_units,
            max_write_request_units=stage.settings.most_table_units,
        )
        # Sparse: only orders whose payment is unsettled have a sweep_shard.
        self.table.add_global_secondary_index(
            index_name=SWEEP_INDEX,
            partition_keys=[_text("status"), _text("sweep_shard")],
            sort_key=_text("placed_at"),
            max_read_request_units=stage.settings.most_table_units,
            max_write_request_units=stage.settings.most_table_units,
        )
        self.circuits = self._table("Circuits", stage, "id", expires="expires_at")
        self.idempotency = self._table("Idempotency", stage, "id", expires="expiration")
        self.cursor_secret = self._secret("CursorSecret", stage, "Signs the cursors of paged lists")
        self.provider_secret = self._secret(
            "ProviderSecret", stage, "The payment provider's API key; put the real one in before the first order"
        )
        self.email_index_secret = self._secret(
            "EmailIndexSecret", stage, "Makes the index keys of e-mail addresses; another value would lose them all"
        )
        self.claims = claims_bucket(self, self.key, stage.settings.origins)
        self.imports = private_bucket(
            self,
            "Imports",
            self.key,
            kept=IMPORTS_KEPT,
            replaced_kept=Duration.days(1),
            pages=uploads_from(stage.settings.origins),
            heard=True,
        )
        self.invoices = invoices_bucket(self, self.key, stage)
        if stage.settings.replicas is not None:
            for name, bucket in {"Claims": self.claims, "Invoices": self.invoices}.items():
                Replication(self, name, bucket, self.key, stage, stage.settings.replicas)

    def _secret(self, name: str, stage: Stage, description: str) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            name,
            description=description,
            encryption_key=self.key,
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True),
            removal_policy=RemovalPolicy.RETAIN,
        )
        for guard in _guards("secretsmanager:*", stage.environment.account):
            secret.add_to_resource_policy(guard)
        return secret

    def _table(
        self,
        name: str,
        stage: Stage,
        partition: str,
        *,
        expires: str,
        sort: str | None = None,
        stream: dynamodb.StreamViewType | None = None,
    ) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            name,
            partition_key=_text(partition),
            sort_key=_text(sort) if sort else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            max_read_request_units=stage.settings.most_table_units,
            max_write_request_units=stage.settings.most_table_units,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=stage.settings.deletion_protection,
            removal_policy=RemovalPolicy.RETAIN,
            time_to_live_attribute=expires,
            stream=stream,
            resource_policy=iam.PolicyDocument(statements=_guards("dynamodb:*", stage.environment.account)),
        )


@cache
def _guards(actions: str, account: str) -> list[iam.PolicyStatement]:
    """What the things themselves refuse, whatever a role is granted here or elsewhere."""
    return [only_over_tls(actions), only_from_account(actions, account)]


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
