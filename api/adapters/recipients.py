"""Where customers want to be written to, in DynamoDB: of all that is sealed, their mail address alone is opened."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from api.adapters import keys
from api.adapters.attributes import plain, text, typed
from api.adapters.sealing import Context, Seals
from api.domain.customer import Choices, Recipient
from api.domain.errors import CustomerErased
from api.domain.events import Json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ADDRESS = "email"


class DynamoRecipients:
    """api.domain.ports.Recipients on one table."""

    def __init__(self, client: "DynamoDBClient", table: str, seals: Seals, stage: str) -> None:
        self._client = client
        self._table = table
        self._seals = seals
        self._stage = stage

    def find(self, customer: str) -> Recipient | None:
        """Query, consistent, and one request to KMS."""
        asked = {":customer": keys.profile(customer)["PK"], ":first": keys.PREFERENCES, ":last": keys.PROFILE}
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="PK = :customer AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues=typed(asked),
            ConsistentRead=True,
        )
        found = {str(item["SK"]): item for item in map(plain, answer["Items"])}
        profile, preferences = found.get(keys.PROFILE), found.get(keys.PREFERENCES)
        if any(item is not None and "erased_at" in item for item in (profile, preferences)):
            raise CustomerErased
        address = None if profile is None else self._address(customer, profile)
        if address is None:
            return None
        return Recipient(address, Choices().language if preferences is None else text(preferences, "language"))

    def _address(self, customer: str, profile: Mapping[str, Json]) -> str | None:
        envelope = profile["enc"]
        fields = envelope.get("fields") if isinstance(envelope, dict) else None
        if not isinstance(envelope, dict) or not isinstance(fields, dict):
            raise TypeError("enc should be a map in the table, with fields")
        if _ADDRESS not in fields:
            return None
        context = Context(customer, keys.PROFILE, self._stage)
        return self._seals.open({**envelope, "fields": {_ADDRESS: fields[_ADDRESS]}}, context)[_ADDRESS]
