"""One Lambda function and one role per route group, each behind its alias `live`."""

from collections.abc import Iterable, Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from api.needs import NEEDS, Needs
from pipeline.cloud.service.data import INDEX, Data
from pipeline.cloud.service.retention import retention
from pipeline.cloud.service.route_groups import RouteGroup
from pipeline.plan.model import Stage

ALIAS = "live"
METRICS_NAMESPACE = "Orders"
TIMEOUT_SECONDS = 10
"""Below the gateway's 29 s, and more than all the attempts of one SDK call (api.adapters.aws)."""


class ServiceFunction(Construct):
    """The function of a route group, its role, its log group, the version that this template makes, and its alias.

    Old versions are retained: there is nothing to roll back to without them.
    """

    def __init__(
        self,
        scope: Construct,
        group: RouteGroup,
        stage: Stage,
        code: lambda_.Code,
        data: Data,
        told: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, group.name.capitalize())
        self.group = group
        name = f"orders-{stage.name}-{group.name}"
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{name}",
            retention=retention(stage.settings.log_retention_days),
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(self.role)
        _allow(self.role, NEEDS[group.name], data, stage)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description=f"Orders API: the operations tagged {group.name}",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"api.handlers.{group.name}.handler",
            code=code,
            role=self.role,
            memory_size=group.memory,
            timeout=Duration.seconds(TIMEOUT_SECONDS),
            tracing=lambda_.Tracing.ACTIVE,
            recursive_loop=lambda_.RecursiveLoop.TERMINATE,
            logging_format=lambda_.LoggingFormat.JSON,
            log_group=log_group,
            environment={**_environment(stage, data), **(told or {})},
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
        self.version = self.function.current_version
        self.alias = lambda_.Alias(self, "Live", alias_name=ALIAS, version=self.version)


def _environment(stage: Stage, data: Data) -> Mapping[str, str]:
    return {
        "TABLE_NAME": data.table.table_name,
        "IDEMPOTENCY_TABLE_NAME": data.idempotency.table_name,
        "CURSOR_SECRET_ARN": data.cursor_secret.secret_arn,
        "STAGE": stage.name,
        "POWERTOOLS_SERVICE_NAME": "orders",
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


READS_ENCRYPTED = ("kms:Decrypt", "kms:DescribeKey")
WRITES_ENCRYPTED = (*READS_ENCRYPTED, "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")


def _allow(role: iam.Role, needs: Needs, data: Data, stage: Stage) -> None:
    """Exactly what the function declares, each on its one resource; the key only through the service that uses it."""
    by_resource = (
        (needs.table - needs.partner_orders, data.table.table_arn),
        (needs.index, f"{data.table.table_arn}/index/{INDEX}"),
        (needs.idempotency, data.idempotency.table_arn),
        (needs.secret, data.cursor_secret.secret_arn),
    )
    for actions, resource in by_resource:
        if actions:
            role.add_to_policy(iam.PolicyStatement(actions=sorted(actions), resources=[resource]))
    if needs.usage:
        plans = f"arn:aws:apigateway:{Stack.of(role).region}::/usageplans/*/usage"
        role.add_to_policy(iam.PolicyStatement(actions=["apigateway:GET"], resources=[plans]))
    if needs.partner_keys:
        _allow_partner_keys(role, stage)
    if needs.partner_orders:
        _allow_orders_alone(role, needs.table & needs.partner_orders, data)
    if needs.table or needs.index:
        allow_key(role, data, "dynamodb", WRITES_ENCRYPTED if needs.table else READS_ENCRYPTED)
    if needs.secret:
        allow_key(role, data, "secretsmanager", READS_ENCRYPTED)
    if needs.partner_keys:
        allow_key(role, data, "secretsmanager", (*READS_ENCRYPTED, "kms:GenerateDataKey"))


def partner_secrets(stage: Stage) -> str:
    """The name of every secret with a partner's key; each is made when the partner is taken on."""
    return f"orders-{stage.name}/partner/*"


def _allow_partner_keys(role: iam.Role, stage: Stage) -> None:
    """Rotating the partners' secrets and their keys in the gateway."""
    environment = stage.environment
    secrets = f"arn:aws:secretsmanager:{environment.region}:{environment.account}:secret:{partner_secrets(stage)}"
    rotates = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    role.add_to_policy(
        iam.PolicyStatement(actions=[f"secretsmanager:{action}" for action in rotates], resources=[secrets])
    )
    allow_gateway_keys(role, stage)


def allow_gateway_keys(role: iam.Role, stage: Stage) -> None:
    """Making API keys, putting them into plans, and removing them.

    Keys and plans are numbered by API Gateway, so that none can be named here (service authorization reference).
    """
    gateway = f"arn:aws:apigateway:{stage.environment.region}::"
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["apigateway:GET", "apigateway:POST"],
            resources=[f"{gateway}/apikeys", f"{gateway}/usageplans/*/keys"],
        )
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["apigateway:GET", "apigateway:DELETE"],
            resources=[f"{gateway}/apikeys/*", f"{gateway}/usageplans/*/keys/*"],
        )
    )


def _allow_orders_alone(role: iam.Role, actions: Iterable[str], data: Data) -> None:
    """These actions on the partitions of orders, and on no partner's list of them."""
    role.add_to_policy(
        iam.PolicyStatement(
            actions=sorted(actions),
            resources=[data.table.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ORD#*"]}},
        )
    )


def allow_key(role: iam.Role, data: Data, service: str, actions: Sequence[str]) -> None:
    """The data's key, through one service alone."""
    via = f"{service}.{Stack.of(role).region}.amazonaws.com"
    role.add_to_policy(
        iam.PolicyStatement(
            actions=list(actions),
            resources=[data.key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": via}},
        )
    )
