"""The carriers' clients of the user pool, in DynamoDB: whose tokens are whose."""

from typing import TYPE_CHECKING

from api.adapters import keys
from api.adapters.attributes import plain, text, typed
from api.domain.events import Json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoCarriers:
    """api.domain.ports.Carriers on the one table. A carrier may have several clients."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, client: str) -> str | None:
        """GetItem, consistent."""
        answer = self._client.get_item(
            TableName=self._table, Key=typed(keys.carrier_client(client)), ConsistentRead=True
        )
        return text(plain(answer["Item"]), "carrier") if "Item" in answer else None

    def put(self, client: str, carrier: str) -> None:
        """Keep that a client is a carrier's."""
        item: dict[str, Json] = {
            **keys.carrier_client(client),
            "entity": "CARRIER_CLIENT",
            "carrier": carrier,
            "version": 1,
        }
        self._client.put_item(TableName=self._table, Item=typed(item))

    def remove(self, client: str) -> None:
        """Forget a client; nothing if it is nobody's."""
        self._client.delete_item(TableName=self._table, Key=typed(keys.carrier_client(client)))
