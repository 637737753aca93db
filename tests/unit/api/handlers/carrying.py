"""Orders that are on their way, and the carriers that bring them, for tests of the handlers."""

from typing import Any

from api.adapters import aws
from api.adapters.carriers import DynamoCarriers
from api.adapters.sources import new_id, now
from api.domain.carriers import NORTHWAY
from api.domain.events import Event
from api.domain.instants import written
from tests.support.dynamodb import TABLE, new_sku
from tests.support.http_api import Reply, call
from tests.support.messages import deliver, envelope, record
from tests.support.tokens import ANN, CarrierUser, User
from tests.unit.api.handlers.helpers import place, told_of

SCANNED_AT = written(now())
"""A little before what the tests order, as a carrier's clock may be."""


def known_carrier(carrier: str = NORTHWAY.id) -> CarrierUser:
    """A new client that is a carrier's."""
    user = CarrierUser(new_sku("client"))
    DynamoCarriers(aws.dynamodb(), TABLE).put(user.client, carrier)
    return user


def packed(order_id: str) -> str:
    """Let fulfilment hear that the order is confirmed; the number of its parcel."""
    confirmed = told_of(aws.dynamodb(), order_id)["OrderConfirmed"]
    event = Event(confirmed["metadata"]["event_id"], "OrderConfirmed", confirmed)
    assert deliver("fulfilment", record(envelope(event))) == []
    return NORTHWAY.tracking_number(order_id, 1)


def sent(*pairs: tuple[str, int], user: User = ANN) -> str:
    """Place an order; the number of its parcel."""
    return packed(place(*pairs, user=user).body["id"])


def order_of(parcel: str) -> str:
    """The order that a parcel belongs to: the number holds it."""
    return parcel.removeprefix(NORTHWAY.prefix)[:-2]


def scan(parcel: str, status: str, **other: Any) -> dict[str, Any]:
    """The body of a scan that is new."""
    return {"id": new_id(), "tracking_number": parcel, "status": status, "scanned_at": SCANNED_AT, **other}


def tell(carrier: Any, parcel: str, status: str, **other: Any) -> Reply:
    """Tell something of a parcel."""
    return call("POST", "/carrier/v1/scans", carrier, json_body=scan(parcel, status, **other))
