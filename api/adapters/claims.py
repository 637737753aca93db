"""The claims in DynamoDB, beside their order. Their photographs are in S3, which no function touches."""

from typing import TYPE_CHECKING

from api.adapters import keys
from api.adapters.attributes import typed
from api.adapters.items import Item
from api.domain.claims import Claim
from api.domain.instants import written

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoClaims:
    """api.domain.ports.Claims on one table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, claim: Claim) -> None:
        """PutItem, where no claim of this number is."""
        item: Item = {
            **keys.claim(claim.order_id, claim.id),
            "entity": "CLAIM",
            "claim_id": claim.id,
            "customer_id": claim.customer,
            "reason": claim.reason.value,
            "folder": claim.folder,
            "version": 1,
            "created_at": written(claim.opened_at),
        }
        self._client.put_item(TableName=self._table, Item=typed(item), ConditionExpression="attribute_not_exists(PK)")
