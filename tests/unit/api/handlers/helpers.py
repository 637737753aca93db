"""What tests of the handlers do again and again."""

from typing import Any

from tests.support.dynamodb import new_sku
from tests.support.http_api import Reply, call
from tests.support.tokens import ANN, OPS, User

PRICE = {"amount": 890, "currency": "EUR"}
CHOICES = {"language": "sv", "currency": "SEK", "newsletter": True}
"""A customer's preferences."""


def details(**other: Any) -> dict[str, Any]:
    """What a product says about itself."""
    return {"name": "Earl Grey", "description": "", "category": "tea", "price": PRICE, **other}


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


def available(sku: str) -> int:
    """How many the API says there are."""
    return int(call("GET", f"/v1/products/{sku}/availability").body["available"])
