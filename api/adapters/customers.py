"""The customers in DynamoDB: personal data sealed field by field, everything else as it is."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from api.adapters import items, keys
from api.adapters.attributes import number, plain, text, typed
from api.adapters.blind_index import BlindIndex
from api.adapters.items import Item
from api.adapters.products import put_new
from api.adapters.sealing import Context, Seals
from api.adapters.transactions import Pause, Refused, full_jitter, transact
from api.domain.customer import Address, Choices, Person, Preferences, Profile
from api.domain.errors import Busy, CustomerErased
from api.domain.events import Event, Json
from api.domain.instants import read, written

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MOST_FOUND: Final = 10
_FIELDS: Final = ("name", "email", "phone")


class DynamoCustomers:
    """api.domain.ports.Customers on one table. `pause` waits between the attempts of a contended transaction."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        seals: Seals,
        index: BlindIndex,
        stage: str,
        pause: Pause = full_jitter,
    ) -> None:
        self._client = client
        self._table = table
        self._seals = seals
        self._index = index
        self._stage = stage
        self._pause = pause

    def profile(self, customer: str) -> Profile | None:
        """GetItem, consistent, and one request to KMS."""
        item = self._item(keys.profile(customer))
        return None if item is None else self._to_profile(customer, item)

    def keep_profile(self, changed: Profile) -> None:
        """One request to KMS, and PutItem on condition of the version before."""
        self._put(self.from_profile(changed), changed.version)

    def from_profile(self, profile: Profile) -> Item:
        """A profile's item: the sealed fields, and the address's digest as the index's key."""
        email = profile.person.email
        index: Item = (
            {} if email is None else {"GSI1PK": keys.email(self._index.of_email(email)), "GSI1SK": keys.PROFILE}
        )
        return {
            **keys.profile(profile.customer),
            **index,
            "entity": "CUSTOMER",
            "customer_id": profile.customer,
            "enc": self._seals.seal(_fields(profile.person), self._context(profile.customer)),
            "version": profile.version,
            "created_at": written(profile.created_at),
            "updated_at": written(profile.updated_at),
        }

    def preferences(self, customer: str) -> Preferences | None:
        """GetItem, consistent."""
        item = self._item(keys.preferences(customer))
        if item is None:
            return None
        choices = Choices(text(item, "language"), text(item, "currency"), item["newsletter"] is True)
        return Preferences(choices, number(item, "version"))

    def keep_preferences(self, customer: str, chosen: Preferences, now: datetime) -> None:
        """PutItem on condition of the version before."""
        item: Item = {
            **keys.preferences(customer),
            "entity": "PREFERENCES",
            "language": chosen.choices.language,
            "currency": chosen.choices.currency,
            "newsletter": chosen.choices.newsletter,
            "version": chosen.version,
            "updated_at": written(now),
        }
        self._put(item, chosen.version)

    def erase(self, customer: str, now: datetime, event: Event) -> None:
        """TransactWriteItems: an empty item over each of the two, so that none is made again, and the event."""
        forgotten: list[Item] = [
            {**keys.profile(customer), "entity": "CUSTOMER", "customer_id": customer, "erased_at": written(now)},
            {**keys.preferences(customer), "entity": "PREFERENCES", "erased_at": written(now)},
        ]
        actions = [self._put_unless_erased(item) for item in forgotten]
        try:
            transact(self._client, [*actions, put_new(self._table, items.from_event(event, now))], self._pause)
        except Refused as refused:
            if refused.failed.keys() - {0, 1}:  # an id met twice: nothing to tell the caller
                raise

    def register(self, new: Profile, event: Event) -> bool:
        """One request to KMS, and TransactWriteItems: the first profile and the event, or nothing."""
        actions = [
            put_new(self._table, item) for item in (self.from_profile(new), items.from_event(event, new.created_at))
        ]
        try:
            transact(self._client, actions, self._pause)
        except Refused as refused:
            if refused.failed.keys() != {0}:
                raise
            return False
        return True

    def is_blocked(self, customer: str) -> bool:
        """GetItem. What is a second old will do."""
        answer = self._client.get_item(TableName=self._table, Key=typed(dict(keys.standing(customer))))
        return "Item" in answer and plain(answer["Item"])["blocked"] is True

    def keep_standing(self, customer: str, now: datetime, *, blocked: bool) -> None:
        """PutItem: the last word holds."""
        item: Item = {
            **keys.standing(customer),
            "entity": "STANDING",
            "blocked": blocked,
            "version": 1,
            "updated_at": written(now),
        }
        self._client.put_item(TableName=self._table, Item=typed(item))

    def with_email(self, email: str) -> Collection[str]:
        """Query on GSI1."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :email",
            ExpressionAttributeValues=typed({":email": keys.email(self._index.of_email(email))}),
            Limit=_MOST_FOUND,
        )
        return [text(plain(item), "customer_id") for item in answer["Items"]]

    def _item(self, key: keys.Key) -> Mapping[str, Json] | None:
        answer = self._client.get_item(TableName=self._table, Key=typed(dict(key)), ConsistentRead=True)
        if "Item" not in answer:
            return None
        item = plain(answer["Item"])
        if "erased_at" in item:
            raise CustomerErased
        return item

    def _put(self, item: Item, version: int) -> None:
        """Keep an item in place of the version before; version 1 in place of nothing."""
        first = version == 1
        condition = "attribute_not_exists(PK)" if first else "version = :before"
        values: dict[str, Any] = {} if first else {"ExpressionAttributeValues": typed({":before": version - 1})}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=typed(item),
                ConditionExpression=condition,
                **values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ConditionalCheckFailedException", "TransactionConflictException"):
                raise Busy from error
            raise

    def _put_unless_erased(self, item: Item) -> Any:
        condition = "attribute_not_exists(erased_at)"
        return {"Put": {"TableName": self._table, "Item": typed(item), "ConditionExpression": condition}}

    def _to_profile(self, customer: str, item: Mapping[str, Json]) -> Profile:
        envelope = item["enc"]
        if not isinstance(envelope, Mapping):
            raise TypeError("enc should be a map in the table")
        return Profile(
            customer,
            _to_person(self._seals.open(envelope, self._context(customer))),
            number(item, "version"),
            read(text(item, "created_at")),
            read(text(item, "updated_at")),
        )

    def _context(self, customer: str) -> Context:
        return Context(customer, keys.PROFILE, self._stage)


def _fields(person: Person) -> dict[str, str]:
    """The fields that are to be sealed: those that hold something. Addresses are one field, as JSON."""
    told = {name: getattr(person, name) for name in _FIELDS}
    fields = {name: value for name, value in told.items() if value is not None}
    if person.addresses:
        addresses = [[each.street, each.postal_code, each.city, each.country] for each in person.addresses]
        fields["addresses"] = json.dumps(addresses, ensure_ascii=False)
    return fields


def _to_person(fields: Mapping[str, str]) -> Person:
    addresses = tuple(Address(*each) for each in json.loads(fields.get("addresses", "[]")))
    return Person(fields.get("name"), fields.get("email"), fields.get("phone"), addresses)
