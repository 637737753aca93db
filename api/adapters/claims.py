"""The claims in DynamoDB, beside their order, and what is known of their photographs, which are in S3."""

from typing import TYPE_CHECKING, Any

from api.adapters import keys
from api.adapters.attributes import plain, typed
from api.adapters.items import Item
from api.adapters.products import put_new
from api.adapters.transactions import Pause, Refused, full_jitter, open_account, transact
from api.domain.claims import Claim
from api.domain.errors import AccountClosed
from api.domain.instants import written
from api.domain.photographs import Kept, Photograph

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoClaims:
    """api.domain.ports.Claims and PhotographedClaims on one table.

    `pause` waits between the attempts of a contended transaction.
    """

    def __init__(self, client: "DynamoDBClient", table: str, pause: Pause = full_jitter) -> None:
        self._client = client
        self._table = table
        self._pause = pause

    def keep(self, claim: Claim) -> None:
        """TransactWriteItems, where no claim of this number is and the customer's account is open."""
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
        try:
            transact(self._client, [put_new(self._table, item), open_account(self._table, claim.customer)], self._pause)
        except Refused as refused:
            if 1 in refused.failed:
                raise AccountClosed from refused
            raise

    def photographed(self, photograph: Photograph, most: int) -> Kept:
        """TransactWriteItems: an item of its own, and one more that its claim counts; or neither."""
        try:
            transact(
                self._client, [put_new(self._table, _item(photograph)), self._count(photograph, most)], self._pause
            )
        except Refused as refused:
            if 0 in refused.failed:
                return Kept.KNOWN
            claim = refused.failed[1]
            is_theirs = bool(claim) and plain(claim)["customer_id"] == photograph.customer
            return Kept.FULL if is_theirs else Kept.NO_CLAIM
        return Kept.NEW

    def _count(self, photograph: Photograph, most: int) -> Any:
        values: Item = {":one": 1, ":most": most, ":customer": photograph.customer}
        return {
            "Update": {
                "TableName": self._table,
                "Key": typed(dict(keys.claim(photograph.order_id, photograph.claim_id))),
                "UpdateExpression": "ADD photographs :one",
                "ConditionExpression": (
                    "customer_id = :customer AND (attribute_not_exists(photographs) OR photographs < :most)"
                ),
                "ExpressionAttributeValues": typed(values),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }


def _item(photograph: Photograph) -> Item:
    return {
        **keys.photograph(photograph.order_id, photograph.claim_id, photograph.name),
        "entity": "PHOTOGRAPH",
        "name": photograph.name,
        "media_type": photograph.media_type,
        "size": photograph.size,
        "version": 1,
        "created_at": written(photograph.received_at),
    }
