"""What every function of the service has: its own role, its log group, the version this template makes, an alias."""

import json
from collections.abc import Iterable, Mapping
from functools import cached_property

from aws_cdk import RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from api.needs import NEEDS, Needs
from pipeline.cloud.service.belongings import Belongings
from pipeline.cloud.service.durations import seconds
from pipeline.cloud.service.grants import granted, granted_on_users
from pipeline.cloud.service.lambdas import EVERY_FUNCTION, WRITES_TRACES, function_logs, function_role
from pipeline.cloud.service.statement import Statement
from pipeline.plan.model import Stage

ALIAS = "live"
METRICS_NAMESPACE = "Orders"
NOTHING: Mapping[str, str] = {}


class VersionedFunction(Construct):
    """The function `orders-{stage}-{name}` behind its alias `live`, with what `api.needs` declares and nothing else.

    `reserved` is how many of it may run at once, None for what is bounded elsewhere; `told` are variables of its
    environment besides those of its needs, and `grants` what its role may do besides them; `log_group` is where it
    logs, its own if none is given; one that `goes_on` may be called by what it sends itself. Old versions are retained:
    there is nothing to roll back to without them.
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
        grants: Iterable[Statement] = (),
        log_group: logs.LogGroup | None = None,
    ) -> None:
        super().__init__(scope, name.capitalize())
        full_name = f"orders-{stage.name}-{name}"
        log_group = log_group or function_logs(self, stage, full_name)
        needs = declared(name)
        statements = [*granted(needs, stage, belongings), *granted_on_users(needs, belongings)]
        self.role = function_role(self, log_group, [*statements, WRITES_TRACES, *grants])
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=full_name,
            description=description,
            handler=f"api.handlers.{name}.handler",
            code=code,
            role=self.role,
            memory_size=memory,
            timeout=seconds(timeout_seconds),
            reserved_concurrent_executions=reserved,
            tracing=lambda_.Tracing.ACTIVE,
            recursive_loop=lambda_.RecursiveLoop.ALLOW if goes_on else lambda_.RecursiveLoop.TERMINATE,
            log_group=log_group,
            environment={**environment(needs, stage, belongings), **_users(needs, belongings), **told},
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
            **EVERY_FUNCTION,
        )
        self._version = self.function.current_version
        self.alias = lambda_.Alias(self, "Live", alias_name=ALIAS, version=self._version)

    @cached_property
    def name(self) -> str:
        """The function's name, as the template refers to it."""
        return self.function.function_name

    @cached_property
    def version(self) -> str:
        """The number of the version that this template makes."""
        return self._version.version


def declared(name: str) -> Needs:
    """What a function declares that it needs. ValueError for one of which nothing is said."""
    if name not in NEEDS:
        raise ValueError(f"api/needs.py says nothing of the function {name}: let it declare what it needs, or Needs()")
    return NEEDS[name]


def environment(needs: Needs, stage: Stage, belongings: Belongings) -> Mapping[str, str]:
    """Where a function's things are: the data for all, the rest for those that declare that they use it."""
    return {
        "TABLE_NAME": belongings.table.name,
        "IDEMPOTENCY_TABLE_NAME": belongings.idempotency.name,
        "CLAIMS_BUCKET_NAME": belongings.claims.name,
        "CURSOR_SECRET_ARN": belongings.cursor_secret,
        **(_imports(belongings) if needs.imports else {}),
        **({"FIELD_KEY_ARN": belongings.field_key} if needs.fields else {}),
        **({"EMAIL_INDEX_SECRET_ARN": belongings.email_index_secret} if needs.email_index else {}),
        **{
            f"{queue.upper()}_QUEUE_URL": belongings.queues[queue].url
            for queue, actions in sorted(needs.queues.items())
            if "sqs:SendMessage" in actions
        },
        **({"CIRCUIT_TABLE_NAME": belongings.circuits.name} if needs.circuit else {}),
        **(_provider(stage, belongings) if needs.provider_secret else {}),
        **({"BUS_NAME": belongings.bus.name} if needs.bus else {}),
        **({"INVOICES_BUCKET_NAME": belongings.invoices.name} if needs.invoices else {}),
        **({"NOTICES_TOPIC_ARN": belongings.notices} if needs.notices else {}),
        **({"REDRIVES": _redrives(needs.redrives, belongings)} if needs.redrives else {}),
        "STAGE": stage.name,
        "POWERTOOLS_SERVICE_NAME": "orders",
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "POWERTOOLS_LOG_LEVEL": "INFO",
        **({"TRACING": "xray"} if stage.settings.spans else {}),
    }


def _imports(belongings: Belongings) -> Mapping[str, str]:
    return {"IMPORTS_BUCKET_NAME": belongings.imports.name, "IMPORTS_KEY_ARN": belongings.key}


def _users(needs: Needs, belongings: Belongings) -> Mapping[str, str]:
    return {"USER_POOL_ID": belongings.users.name} if needs.users else {}


def _provider(stage: Stage, belongings: Belongings) -> Mapping[str, str]:
    return {
        "PAYMENT_PROVIDER_URL": stage.settings.payment_provider,
        "PAYMENT_PROVIDER_SECRET_ARN": belongings.provider_secret,
    }


def _redrives(names: Iterable[str], belongings: Belongings) -> str:
    """From where to where the dead letters of each queue go back, as api.handlers.operations reads it."""
    queues = {name: belongings.queues[name] for name in sorted(names)}
    ways = {name: {"source": each.dead_letters_arn, "destination": each.arn} for name, each in queues.items()}
    return json.dumps(ways, separators=(",", ":"))
