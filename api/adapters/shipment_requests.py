"""The shipments that fulfilment asks for, in DynamoDB."""

from typing import TYPE_CHECKING, Any

from api.adapters import items, keys
from api.adapters.attributes import typed
from api.adapters.products import put_new
from api.adapters.shipment_items import from_shipment
from api.adapters.transactions import Pause, Refused, full_jitter, transact
from api.domain.events import Event
from api.domain.model import OrderStatus
from api.domain.shipment import Shipment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoShipmentRequests:
    """api.domain.ports.ShipmentRequests of one worker. `pause` waits between the attempts of a transaction."""

    def __init__(self, client: "DynamoDBClient", table: str, worker: str, pause: Pause = full_jitter) -> None:
        self._client = client
        self._table = table
        self._worker = worker
        self._pause = pause

    def request(self, confirmed: Event, order_id: str, shipment: Shipment, follows: Event) -> bool:
        """TransactWriteItems; the order is looked at and stays as it is, so that its version does not change.

        The conditions that may fail come first: what else fails is an id met twice.
        """
        now = shipment.requested_at
        actions = [
            put_new(self._table, items.from_handled(self._worker, confirmed, now)),
            self._still_confirmed(order_id),
            *(put_new(self._table, item) for item in items.from_events([follows], now)),
            put_new(self._table, from_shipment(order_id, shipment)),
        ]
        try:
            transact(self._client, actions, self._pause)
        except Refused as refused:
            if not refused.failed.keys() & {0, 1}:
                raise
            return False
        return True

    def _still_confirmed(self, order_id: str) -> Any:
        return {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": typed(keys.order(order_id)),
                "ConditionExpression": "#status = :confirmed",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": typed({":confirmed": OrderStatus.CONFIRMED.value}),
            }
        }
