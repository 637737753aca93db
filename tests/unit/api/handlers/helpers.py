"""What tests of the handlers do again and again."""

import json
import os
from typing import TYPE_CHECKING, Any

import boto3

from api.adapters.sources import new_id
from tests.support.dynamodb import new_sku
from tests.support.http_api import Reply, call
from tests.support.messages import record
from tests.support.outbox import events_with
from tests.support.tokens import ANN, OPS, User

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SWEEP = json.dumps(
    {
        "detail-type": "PaymentsSweepDue",
        "detail": {"metadata": {"event_id": "sweep-1", "correlation_id": "sweep-1", "schema_version": 1}, "data": {}},
    }
)
"""What the payment worker's schedule sends."""

PRICE = {"amount": 890, "currency": "EUR"}
CHOICES = {"language": "sv", "currency": "SEK", "newsletter": True}
"""A customer's preferences."""


def details(**other: Any) -> dict[str, Any]:
    """What a product says about itself."""
    return {"name": "Earl Grey", "description": "", "category": "tea", "price": PRICE, **other}


def signed_up() -> User:
    """Somebody who has an account in the user pool, and has told nothing."""
    answer = boto3.client("cognito-idp").admin_create_user(
        UserPoolId=os.environ["USER_POOL_ID"], Username=f"{new_id().lower()}@example.com", MessageAction="SUPPRESS"
    )
    (subject,) = (each["Value"] for each in answer["User"]["Attributes"] if each["Name"] == "sub")
    return User(subject)


def new_product(available: int = 0, **other: Any) -> str:
    """Add a product through the API; its sku."""
    sku = new_sku()
    assert call("POST", "/v1/products", OPS, key=new_sku(), json_body={"sku": sku, **details(**other)}).status == 201
    if available:
        adjust(sku, available)
    return sku


def adjust(sku: str, delta: int) -> Reply:
    """Change a product's stock through the API."""
    path = f"/v1/products/{sku}/stock-adjustments"
    return call("POST", path, OPS, key=new_sku(), json_body={"delta": delta})


def lines(*pairs: tuple[str, int]) -> dict[str, Any]:
    """A new order's body."""
    return {"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in pairs]}


def place(*pairs: tuple[str, int], user: User = ANN) -> Reply:
    """Place an order through the API."""
    return call("POST", "/v1/orders", user, key=new_sku(), json_body=lines(*pairs))


def told_of(client: "DynamoDBClient", order_id: str) -> dict[str, Any]:
    """The details of the events that were written about an order, by their kinds."""
    events = events_with(client, order_id)
    return {kind: detail for kind, detail in events if detail["data"]["order_id"] == order_id}


def unsettled(order_id: str) -> dict[str, Any]:
    """The message that the payment worker gets about an order; the message's id is the order's."""
    metadata = {"event_id": new_id(), "correlation_id": new_id(), "schema_version": 1}
    body = {"detail-type": "PaymentUnsettled", "detail": {"metadata": metadata, "data": {"order_id": order_id}}}
    return record(json.dumps(body), message_id=order_id)


def available(sku: str) -> int:
    """How many the API says there are."""
    return int(call("GET", f"/v1/products/{sku}/availability").body["available"])
