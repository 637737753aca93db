"""What functions need to do for partners, as statements of a role: their orders, their keys, their usage."""

from collections.abc import Iterable

from aws_cdk import aws_iam as iam

from pipeline.cloud.service.data import Data
from pipeline.plan.model import Stage


def partner_secrets(stage: Stage) -> str:
    """The name of every secret with a partner's key; each is made when the partner is taken on."""
    return f"orders-{stage.name}/partner/*"


def allow_orders_alone(role: iam.Role, actions: Iterable[str], data: Data) -> None:
    """These actions on the partitions of orders, and on no partner's list of them."""
    role.add_to_policy(
        iam.PolicyStatement(
            actions=sorted(actions),
            resources=[data.table.table_arn],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ORD#*"]}},
        )
    )


def allow_usage(role: iam.Role, stage: Stage) -> None:
    """Reading what the gateway has counted of usage plans."""
    plans = f"{_gateway(stage)}/usageplans/*/usage"
    role.add_to_policy(iam.PolicyStatement(actions=["apigateway:GET"], resources=[plans]))


def allow_partner_keys(role: iam.Role, stage: Stage) -> None:
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
    gateway = _gateway(stage)
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


def _gateway(stage: Stage) -> str:
    return f"arn:aws:apigateway:{stage.environment.region}::"
