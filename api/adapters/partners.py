"""The partners in DynamoDB."""

from typing import TYPE_CHECKING

from api.adapters import keys, partner_items
from api.adapters.attributes import plain, typed
from api.domain.errors import Busy
from api.domain.partners import Partner, PartnerKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoPartners:
    """Partners on the one table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, partner: str) -> Partner | None:
        """GetItem, consistent."""
        answer = self._client.get_item(TableName=self._table, Key=typed(keys.partner(partner)), ConsistentRead=True)
        return partner_items.to_partner(plain(answer["Item"])) if "Item" in answer else None

    def of_client(self, client: str) -> Partner | None:
        """Query on GSI1: the partner whose tokens are for this client."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :client",
            ExpressionAttributeValues=typed({":client": keys.client(client)}),
            Limit=1,
        )
        return next((partner_items.to_partner(plain(item)) for item in answer["Items"]), None)

    def put(self, partner: Partner) -> None:
        """Keep a new partner, or a change of one whose version was one less. Raises Busy if it was another."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=typed(partner_items.from_partner(partner)),
                ConditionExpression="attribute_not_exists(PK) OR version = :before",
                ExpressionAttributeValues=typed({":before": partner.version - 1}),
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise Busy from error

    def replace_keys(self, partner: Partner, new: tuple[PartnerKey, ...]) -> None:
        """Change the keys of a partner as it was read. Raises Busy if it has changed since."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=typed(keys.partner(partner.id)),
                UpdateExpression="SET #keys = :keys ADD version :one",
                ConditionExpression="version = :version",
                ExpressionAttributeNames={"#keys": "keys"},
                ExpressionAttributeValues=typed(
                    {":keys": partner_items.from_keys(new), ":version": partner.version, ":one": 1}
                ),
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise Busy from error

    def remove(self, partner: str) -> None:
        """Forget a partner; its orders stay."""
        self._client.delete_item(TableName=self._table, Key=typed(keys.partner(partner)))
