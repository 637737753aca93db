"""Small OpenAPI documents, and changes to them said as one path and one value."""

import copy
from datetime import date
from typing import Any

from pipeline.gates.openapi.operations import diff

type Anything = dict[str, Any]

PROBLEM: Anything = {
    "type": "object",
    "required": ["type", "status"],
    "properties": {"type": {"type": "string"}, "status": {"type": "integer"}, "errors": {"type": "array", "items": {}}},
}
ORDER: Anything = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "total", "placed_at"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9A-Z]{26}$"},
        "total": {"type": "integer", "minimum": 0},
        "status": {"$ref": "#/components/schemas/Status"},
        "placed_at": {"type": "string", "format": "date-time"},
        "parent": {"$ref": "#/components/schemas/Order"},
    },
}
NEW_ORDER: Anything = {
    "type": "object",
    "additionalProperties": False,
    "required": ["sku"],
    "properties": {
        "sku": {"type": "string", "maxLength": 32},
        "note": {"type": "string"},
        "speed": {"type": "string", "enum": ["slow", "fast"]},
    },
}
BASE: Anything = {
    "openapi": "3.0.3",
    "info": {"title": "Toy", "version": "1"},
    "servers": [{"url": "/"}],
    "security": [{"customer": []}],
    "paths": {
        "/v1/orders": {
            "post": {
                "operationId": "placeOrder",
                "parameters": [
                    {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string"}}
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewOrder"}}},
                },
                "responses": {
                    "201": {
                        "description": "placed",
                        "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                    },
                    "404": {"$ref": "#/components/responses/Problem"},
                },
            },
            "get": {
                "operationId": "listOrders",
                "security": [],
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}],
                "responses": {
                    "200": {
                        "description": "all",
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Order"}}
                            }
                        },
                    }
                },
            },
        },
        "/v1/orders/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"operationId": "getOrder", "responses": {"404": {"$ref": "#/components/responses/Problem"}}},
        },
    },
    "components": {
        "schemas": {
            "Order": ORDER,
            "NewOrder": NEW_ORDER,
            "Status": {"type": "string", "enum": ["CONFIRMED", "CANCELLED"]},
            "Problem": PROBLEM,
        },
        "responses": {
            "Problem": {
                "description": "went wrong",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        },
    },
}
GONE = object()
TODAY = date(2026, 11, 23)
ORDERS = "/paths/~1v1~1orders"
SCHEMAS = "/components/schemas"


def changed(pointer: str, value: Any, base: Anything = BASE) -> Anything:
    """A copy of the document with another value at the pointer; GONE takes it away."""
    document = copy.deepcopy(base)
    *holders, last = [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]
    holder: Any = document
    for name in holders:
        holder = holder[int(name)] if isinstance(holder, list) else holder[name]
    if value is GONE:
        del holder[int(last) if isinstance(holder, list) else last]
    else:
        holder[int(last) if isinstance(holder, list) else last] = value
    return document


def told(new: Anything, base: Anything = BASE) -> list[tuple[str, bool]]:
    """What the comparison with `base` says: kinds, and whether each breaks somebody."""
    return [(change.kind, change.breaking) for change in diff(base, new, TODAY)]


def breaking(new: Anything, base: Anything = BASE) -> list[str]:
    """The kinds of the changes that break somebody."""
    return [change.kind for change in diff(base, new, TODAY) if change.breaking]
