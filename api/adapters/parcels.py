"""The parcels on their way, in DynamoDB."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from api.adapters import items, keys, order_actions, shipment_items, stock
from api.adapters.attributes import plain, text, typed
from api.adapters.products import put_new
from api.adapters.transactions import Pause, Refused, full_jitter, transact
from api.domain.errors import Busy, ScanReused
from api.domain.events import Event
from api.domain.instants import written
from api.domain.model import Order
from api.domain.shipment import Scan, Shipment
from api.domain.shipping import Move

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoParcels:
    """api.domain.ports.Parcels on the one table. `pause` waits between the attempts of a contended transaction.

    A transaction holds 100 actions; the dispatch of an order of 20 lines needs 47 (scan, order, parcel, two events and
    their steps, and per line the stock and the reservation).
    """

    def __init__(self, client: "DynamoDBClient", table: str, pause: Pause = full_jitter) -> None:
        self._client = client
        self._table = table
        self._pause = pause

    def order_of(self, carrier: str, tracking_number: str) -> str | None:
        """Query on GSI1."""
        key = keys.tracked(carrier, tracking_number)
        answer = self._client.query(
            TableName=self._table,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :parcel AND GSI1SK = :ship",
            ExpressionAttributeValues=typed({":parcel": key["GSI1PK"], ":ship": key["GSI1SK"]}),
            Limit=1,
        )
        found = [text(plain(item), "order_id") for item in answer["Items"]]
        return found[0] if found else None

    def keep(self, order: Order, scan: Scan, move: Move | None, events: Sequence[Event], now: datetime) -> bool:
        """TransactWriteItems; the scan comes first and the order second, so that a refusal tells them apart."""
        only_once = put_new(self._table, shipment_items.from_scan(order.id, scan, now))
        only_once["Put"]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        moves = [] if move is None else self._moves(move)
        told = [put_new(self._table, item) for item in items.from_events(events, now)]
        try:
            transact(self._client, [only_once, *moves, *told], self._pause)
        except Refused as refused:
            earlier = refused.failed.get(0)
            if earlier:
                if not shipment_items.tells_the_same(plain(earlier), scan):
                    raise ScanReused(scan.id) from None
                return False
            if 1 not in refused.failed:  # the order is as it was but what belongs to it is not: the data is wrong
                raise
            raise Busy from refused
        return True

    def _moves(self, move: Move) -> list[Any]:
        order = move.order
        actions = [order_actions.update(self._table, order), self._replace(order.id, move.shipment)]
        if move.dispatched:
            now = written(order.updated_at)
            actions += [stock.send_out(self._table, line.sku, line.quantity, now) for line in order.lines]
            actions += [order_actions.drop_reservation(self._table, order, line) for line in order.lines]
        return actions

    def _replace(self, order_id: str, shipment: Shipment) -> Any:
        return {
            "Put": {
                "TableName": self._table,
                "Item": typed(shipment_items.from_shipment(order_id, shipment)),
                "ConditionExpression": "version = :before",
                "ExpressionAttributeValues": typed({":before": shipment.version - 1}),
            }
        }
