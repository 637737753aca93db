"""What every function of the service has: its own role, its log group, the version this template makes, an alias."""

from collections.abc import Iterable, Mapping

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from api.needs import NEEDS, Needs
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.grants import Belongings, allow, allow_users
from pipeline.cloud.service.log_protection import log_protection
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.retention import retention
from pipeline.plan.model import Stage

ALIAS = "live"
METRICS_NAMESPACE = "Orders"
NOTHING: Mapping[str, str] = {}


class VersionedFunction(Construct):
    """The function `orders-{stage}-{name}` behind its alias `live`, with what `api.needs` declares and nothing else.

    `reserved` is how many of it may run at once, None for what is bounded elsewhere; `told` are variables of its
    environment besides those of its needs; `log_group` is where it logs, its own if none is given; one that `goes_on`
    may be called by what it sends itself. Old versions are
    retained: there is nothing to roll back to without them.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        stage: Stage,
        code: lambda_.Code,
        belongings: Belongings,
        *,
        description: str,
        memory: int,
        timeout_seconds: int,
        reserved: int | None = None,
        goes_on: bool = False,
        told: Mapping[str, str] = NOTHING,
        log_group: logs.LogGroup | None = None,
    ) -> None:
        super().__init__(scope, name.capitalize())
        full_name = f"orders-{stage.name}-{name}"
        log_group = log_group or function_logs(self, "Logs", stage, name)
        self.role = OwnRole(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(self.role)
        needs = declared(name)
        allow(self.role, needs, stage, belongings)
        allow_users(self.role, needs, belongings)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=full_name,
            description=description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"api.handlers.{name}.handler",
            code=code,
            role=self.role,
            memory_size=memory,
            timeout=Duration.seconds(timeout_seconds),
            reserved_concurrent_executions=reserved,
            tracing=lambda_.Tracing.ACTIVE,
            recursive_loop=lambda_.RecursiveLoop.ALLOW if goes_on else lambda_.RecursiveLoop.TERMINATE,
            logging_format=lambda_.LoggingFormat.JSON,
            log_group=log_group,
            environment={**environment(needs, stage, belongings), **_users(needs, belongings), **told},
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
        self.version = self.function.current_version
        self.alias = lambda_.Alias(self, "Live", alias_name=ALIAS, version=self.version)


def declared(name: str) -> Needs:
    """What a function declares that it needs. ValueError for one of which nothing is said."""
    if name not in NEEDS:
        raise ValueError(f"api/needs.py says nothing of the function {name}: let it declare what it needs, or Needs()")
    return NEEDS[name]


def function_logs(scope: Construct, name: str, stage: Stage, whose: str) -> logs.LogGroup:
    """The log group of the function `orders-{stage}-{whose}`, or of several."""
    return logs.LogGroup(
        scope,
        name,
        log_group_name=f"/aws/lambda/orders-{stage.name}-{whose}",
        retention=retention(stage.settings.log_retention_days),
        data_protection_policy=log_protection(),
        removal_policy=RemovalPolicy.RETAIN,
    )


def environment(needs: Needs, stage: Stage, belongings: Belongings) -> Mapping[str, str]:
    """Where a function's things are: the data for all, the rest for those that declare that they use it."""
    data = belongings.data
    return {
        "TABLE_NAME": data.table.table_name,
        "IDEMPOTENCY_TABLE_NAME": data.idempotency.table_name,
        "CLAIMS_BUCKET_NAME": data.claims.bucket_name,
        "CURSOR_SECRET_ARN": data.cursor_secret.secret_arn,
        **(_imports(data) if needs.imports else {}),
        **({"FIELD_KEY_ARN": data.field_key.key_arn} if needs.fields else {}),
        **({"EMAIL_INDEX_SECRET_ARN": data.email_index_secret.secret_arn} if needs.email_index else {}),
        **{
            f"{queue.upper()}_QUEUE_URL": belongings.queues[queue].queue.queue_url
            for queue, actions in sorted(needs.queues.items())
            if "sqs:SendMessage" in actions
        },
        **({"CIRCUIT_TABLE_NAME": data.circuits.table_name} if needs.circuit else {}),
        **(_provider(stage, belongings) if needs.provider_secret else {}),
        **({"BUS_NAME": belongings.bus.event_bus_name} if needs.bus else {}),
        **({"INVOICES_BUCKET_NAME": data.invoices.bucket_name} if needs.invoices else {}),
        **({"NOTICES_TOPIC_ARN": belongings.notices.topic_arn} if needs.notices else {}),
        **({"REDRIVES": _redrives(needs.redrives, belongings)} if needs.redrives else {}),
        "STAGE": stage.name,
        "POWERTOOLS_SERVICE_NAME": "orders",
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "POWERTOOLS_LOG_LEVEL": "INFO",
        **({"TRACING": "xray"} if stage.settings.spans else {}),
    }


def _imports(data: Data) -> Mapping[str, str]:
    return {"IMPORTS_BUCKET_NAME": data.imports.bucket_name, "IMPORTS_KEY_ARN": data.key.key_arn}


def _users(needs: Needs, belongings: Belongings) -> Mapping[str, str]:
    return {"USER_POOL_ID": belongings.users.user_pool_id} if needs.users else {}


def _provider(stage: Stage, belongings: Belongings) -> Mapping[str, str]:
    return {
        "PAYMENT_PROVIDER_URL": stage.settings.payment_provider,
        "PAYMENT_PROVIDER_SECRET_ARN": belongings.data.provider_secret.secret_arn,
    }


def _redrives(names: Iterable[str], belongings: Belongings) -> str:
    """From where to where the dead letters of each queue go back, as api.handlers.operations reads it."""
    queues = {name: belongings.queues[name] for name in sorted(names)}
    ways = {
        name: {"source": each.dead_letters.queue_arn, "destination": each.queue.queue_arn}
        for name, each in queues.items()
    }
    return Stack.of(belongings.data).to_json_string(ways)
