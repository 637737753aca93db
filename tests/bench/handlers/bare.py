"""(a) Nothing but json: the least that a function can be. It validates what it must not trust, and nothing else."""

import json
from typing import Any

from tests.bench.handlers import store


def products(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """GET /v1/products/{sku}."""
    found = store.product(event["pathParameters"]["sku"])
    if found is None:
        return _answer(404, {"message": "not found"})
    return _answer(200, found, {"ETag": f'"{found["version"]}"'})


def orders(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """POST /v1/orders."""
    body = json.loads(event["body"])
    lines = body["lines"]
    for line in lines:
        quantity = line["quantity"]
        if type(quantity) is not int or not 1 <= quantity <= store.LARGEST or not isinstance(line["sku"], str):
            return _answer(400, {"message": "bad line"})
    total = sum(1250 * line["quantity"] for line in lines)
    order = {"id": store.ORDER_ID, "status": "CONFIRMED", "lines": lines, "total": total, "placed_at": store.PLACED_AT}
    return _answer(201, order, {"Location": f"/v1/orders/{store.ORDER_ID}"})


def _answer(status: int, body: object, headers: dict[str, str] | None = None) -> dict[str, Any]:
    told = {"Content-Type": "application/json", **(headers or {})}
    return {"statusCode": status, "headers": told, "body": json.dumps(body)}
