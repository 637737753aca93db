"""The worker `webhooks`: believes the payment provider where its signature is good, and settles what it tells of.

Nobody answers the provider here: the gateway has written what came into the queue, with the signature and the moment of
its arrival beside it (pipeline.cloud.service.direct). What is not believed is counted, and is gone: it would be no
better if it came again. What it may do in AWS is listed in api/needs.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from api.adapters import aws, sources
from api.adapters.inbox import DynamoInbox
from api.adapters.orders import DynamoOrders
from api.adapters.secret import Secret
from api.domain.errors import EventUnreadable
from api.domain.events import Event, Json, received
from api.domain.hearing import Heard, Hearing
from api.domain.settlement import Settlement
from api.domain.webhook import Disbelieved, Doubt, Said, believed
from api.handlers import happenings, logs
from api.handlers.happenings import Happening
from api.handlers.settings import webhook_settings
from api.handlers.worker import Message, Worker

NAME: Final = "webhooks"
KIND: Final = "PaymentProviderTold"

_DOUBTS: Final[Mapping[Doubt, Happening]] = {
    Doubt.FORGED: Happening.WEBHOOK_FORGED,
    Doubt.OLD: Happening.WEBHOOK_OLD,
    Doubt.UNREADABLE: Happening.WEBHOOK_UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class Services:
    """What is believed by which key, and what is done then."""

    key: Secret
    hearing: Hearing


@cache
def services() -> Services:
    """This environment's services."""
    told = webhook_settings()
    client = aws.dynamodb()
    orders = DynamoOrders(client, told.table)
    settlement = Settlement(orders, sources.now, sources.new_id)
    return Services(Secret(told.provider_key), Hearing(orders, settlement, DynamoInbox(client, told.table, NAME)))


def read(record: Mapping[str, Any]) -> Message:
    """What the gateway wrote, as an event of which nothing is known yet but how it came. Raises EventUnreadable."""
    attributes = record["messageAttributes"]
    try:
        signature, received_at, request_id = (
            str(attributes[name]["stringValue"]) for name in ("signature", "received_at", "request_id")
        )
        moment = int(received_at)
    except (KeyError, ValueError):
        raise EventUnreadable("the gateway has not written this") from None
    message_id = str(record["messageId"])
    metadata: dict[str, Json] = {
        "event_id": message_id,
        "correlation_id": request_id,
        "causation_id": request_id,
        "schema_version": 1,
    }
    data: dict[str, Json] = {"body": str(record["body"]), "signature": signature, "received_at": moment}
    attempt = int(record["attributes"]["ApproximateReceiveCount"])
    return Message(received(KIND, {"metadata": metadata, "data": data}), attempt, str(record["receiptHandle"]))


def _hear(message: Message, services: Services) -> bool:
    try:
        told = believed(_said(message.event), services.key.value())
    except Disbelieved as disbelieved:
        happenings.count(_DOUBTS[disbelieved.doubt])
        logs.note("webhook not believed", doubt=disbelieved.doubt.value)
        return True
    heard = services.hearing.hear(told, message.event.cause)
    logs.note("webhook heard", webhook=told.id, payment=told.payment_id, heard=heard.value)
    if heard is Heard.REPEATED:
        happenings.count(Happening.WEBHOOK_REPEATED)
    return heard is not Heard.REPEATED


def _said(event: Event) -> Said:
    body, signature, milliseconds = (event.data[name] for name in ("body", "signature", "received_at"))
    if not isinstance(milliseconds, int):
        raise EventUnreadable("the moment of its arrival is no number")
    return Said(str(body), str(signature), datetime.fromtimestamp(milliseconds / 1000, UTC))


handler = Worker({KIND: _hear}, services, read)
"""What Lambda calls with (event, context)."""
