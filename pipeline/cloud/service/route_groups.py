"""The functions of the service, as data: what each may do, and how its new version is tried before it takes traffic."""

from dataclasses import dataclass
from typing import Literal

type Resource = Literal["table", "index", "idempotency", "cursor secret"]

READ_SECRET = ("secretsmanager:GetSecretValue",)
REMEMBER = ("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
"""What Powertools' DynamoDB persistence layer calls to keep and replay an answer."""


@dataclass(frozen=True)
class Grant:
    """Exactly these actions on exactly this resource of the stage."""

    actions: tuple[str, ...]
    resource: Resource


@dataclass(frozen=True)
class Probe:
    """A request that the new version must answer with `status` before it takes traffic.

    `query` is the query string as pairs; `customer` signs the request in as nobody's customer, who owns nothing.
    """

    method: str
    resource: str
    status: int
    query: tuple[tuple[str, str], ...] = ()
    path: tuple[tuple[str, str], ...] = ()
    customer: bool = False


@dataclass(frozen=True)
class RouteGroup:
    """One function: named like the tag of its operations in the contract; `memory` in MB."""

    name: str
    memory: int
    grants: tuple[Grant, ...]
    probes: tuple[Probe, ...]


ROUTE_GROUPS = (
    RouteGroup(
        "products",
        memory=1024,
        grants=(
            # An action of a transaction is allowed by the action of its kind: a Put in it by dynamodb:PutItem.
            Grant(("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"), "table"),
            Grant(("dynamodb:Query",), "index"),
            Grant(REMEMBER, "idempotency"),
            Grant(READ_SECRET, "cursor secret"),
        ),
        probes=(
            Probe("GET", "/v1/products", 200, query=(("category", "probe"), ("limit", "1"))),
            Probe("GET", "/v1/products/{sku}", 404, path=(("sku", "PROBE-NO-SUCH-PRODUCT"),)),
        ),
    ),
    RouteGroup(
        "orders",
        memory=1024,
        grants=(
            Grant(
                (
                    "dynamodb:BatchGetItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ),
                "table",
            ),
            Grant(("dynamodb:Query",), "index"),
            Grant(REMEMBER, "idempotency"),
            Grant(READ_SECRET, "cursor secret"),
        ),
        probes=(
            Probe("GET", "/v1/orders", 401),
            Probe("GET", "/v1/orders", 200, query=(("limit", "1"),), customer=True),
        ),
    ),
    RouteGroup(
        "service",
        memory=512,
        grants=(),
        probes=(Probe("GET", "/v1/health", 200), Probe("GET", "/v1/openapi.json", 200)),
    ),
)
