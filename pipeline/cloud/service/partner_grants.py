"""What functions need to do for partners, as statements of a role: their orders, their keys, their usage."""

from collections.abc import Iterable, Iterator

from pipeline.cloud.service.statement import Statement
from pipeline.plan.model import Stage


def partner_secrets(stage: Stage) -> str:
    """The name of every secret with a partner's key; each is made when the partner is taken on."""
    return f"orders-{stage.name}/partner/*"


def orders_alone(actions: Iterable[str], table: str) -> Statement:
    """These actions on the table's partitions of orders, and on no partner's list of them."""
    return Statement(sorted(actions), [table], {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ORD#*"]}})


def usage(stage: Stage) -> Statement:
    """Reading what the gateway has counted of usage plans."""
    return Statement(["apigateway:GET"], [f"{_gateway(stage)}/usageplans/*/usage"])


def partner_keys(stage: Stage) -> Iterator[Statement]:
    """Rotating the partners' secrets and their keys in the gateway."""
    environment = stage.environment
    secrets = f"arn:aws:secretsmanager:{environment.region}:{environment.account}:secret:{partner_secrets(stage)}"
    rotates = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    yield Statement([f"secretsmanager:{action}" for action in rotates], [secrets])
    yield from gateway_keys(stage)


def gateway_keys(stage: Stage) -> Iterator[Statement]:
    """Making API keys, putting them into plans, and removing them.

    Keys and plans are numbered by API Gateway, so that none can be named here (service authorization reference).
    """
    gateway = _gateway(stage)
    yield Statement(["apigateway:GET", "apigateway:POST"], [f"{gateway}/apikeys", f"{gateway}/usageplans/*/keys"])
    yield Statement(["apigateway:GET", "apigateway:DELETE"], [f"{gateway}/apikeys/*", f"{gateway}/usageplans/*/keys/*"])


def _gateway(stage: Stage) -> str:
    return f"arn:aws:apigateway:{stage.environment.region}::"
