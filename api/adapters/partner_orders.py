"""A partner's orders, read with credentials that can read nothing of any other partner.

The role PartnerData may query the one table where the leading key is PARTNER# and the session's tag `partner`
(`dynamodb:LeadingKeys` with `${aws:PrincipalTag/partner}`). The function itself may not read such keys, so that a
mistake in it cannot show one partner another's orders. STS is asked once per partner, environment and session.
Source: IAM user guide, "Passing session tags in AWS STS"; DynamoDB developer guide, "Using IAM policy conditions".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from api.adapters import items, keys
from api.adapters.attributes import plain, typed
from api.adapters.products import position
from api.domain.model import OrderReference, Page, Position
from api.domain.partners import SESSION_TAG
from api.domain.ports import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sts import STSClient

SESSION_SECONDS: Final = 900
"""The shortest that STS lends for."""
_MARGIN: Final = timedelta(minutes=2)
_MOST_SESSIONS: Final = 50
"""A client with its connections is not small; the partner who was asked for longest ago gives way."""


@dataclass(frozen=True, slots=True)
class Lent:
    """Credentials that STS has lent."""

    access_key: str
    secret_key: str
    token: str
    expires_at: datetime


type NewClient = Callable[[Lent], "DynamoDBClient"]


class PartnerSessions:
    """A DynamoDB client per partner, made when it is first needed and again before its credentials end."""

    def __init__(self, sts: "STSClient", role: str, new_client: NewClient, clock: Clock) -> None:
        self._sts = sts
        self._role = role
        self._new_client = new_client
        self._clock = clock
        self._kept: dict[str, tuple[datetime, DynamoDBClient]] = {}

    def client(self, partner: str) -> "DynamoDBClient":
        """A client that can read this partner's part of the table."""
        kept = self._kept.get(partner)
        if kept is not None and self._clock() + _MARGIN < kept[0]:
            return kept[1]
        lent = self._lend(partner)
        client = self._new_client(lent)
        self._kept.pop(partner, None)
        while len(self._kept) >= _MOST_SESSIONS:
            del self._kept[next(iter(self._kept))]
        self._kept[partner] = (lent.expires_at, client)
        return client

    def _lend(self, partner: str) -> Lent:
        answer = self._sts.assume_role(
            RoleArn=self._role,
            RoleSessionName=f"partner-{partner}",
            DurationSeconds=SESSION_SECONDS,
            Tags=[{"Key": SESSION_TAG, "Value": partner}],
        )["Credentials"]
        return Lent(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"], answer["Expiration"])


class DynamoPartnerOrders:
    """api.domain.ports.PartnerOrders on the one table."""

    def __init__(self, client_of: "Callable[[str], DynamoDBClient]", table: str) -> None:
        self._client_of = client_of
        self._table = table

    def of_partner(self, partner: str, limit: int, after: Position | None) -> Page[OrderReference]:
        """Query, backwards."""
        start: dict[str, Any] = {} if after is None else {"ExclusiveStartKey": typed(dict(after.key))}
        values = {":partner": keys.partner(partner)["PK"], ":orders": keys.FIRST_OF_PARTNER_ORDER}
        answer = self._client_of(partner).query(
            TableName=self._table,
            KeyConditionExpression="PK = :partner AND begins_with(SK, :orders)",
            ExpressionAttributeValues=typed(dict(values)),
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )
        found = tuple(items.to_reference(plain(item)) for item in answer["Items"])
        return Page(found, position(answer.get("LastEvaluatedKey")))
