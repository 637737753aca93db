"""What is done to an order's own items in a transaction, whoever makes it."""

from typing import Any

from api.adapters import keys
from api.adapters.attributes import typed
from api.domain import settling
from api.domain.events import Json
from api.domain.instants import written
from api.domain.model import Order, OrderLine


def update(table: str, order: Order) -> Any:
    """Change META, on condition that the order is still the one that was read."""
    values: dict[str, Json] = {
        ":status": order.status.value,
        ":version": order.version,
        ":before": order.version - 1,
        ":now": written(order.updated_at),
    }
    expression = "SET #status = :status, version = :version, updated_at = :now"
    if settling.is_unsettled(order):
        expression += ", sweep_shard = :shard"
        values[":shard"] = keys.shard(order.id)
    else:
        expression += " REMOVE sweep_shard"
    return {
        "Update": {
            "TableName": table,
            "Key": typed(keys.order(order.id)),
            "UpdateExpression": expression,
            "ConditionExpression": "version = :before",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": typed(values),
        }
    }


def drop_reservation(table: str, order: Order, line: OrderLine) -> Any:
    """Forget that a line holds stock."""
    return {
        "Delete": {
            "TableName": table,
            "Key": typed(keys.reservation(order.id, line.sku)),
            "ConditionExpression": "attribute_exists(PK)",
        }
    }
