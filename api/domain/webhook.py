"""What the payment provider tells by itself: signed, so that it may be believed, and for a short while only.

The signature reads `t=1763899200,v1=5257a8…`: the Unix time in seconds, and in hexadecimal digits the HMAC-SHA256 of
those seconds, a full stop and the body as it was sent. Pure: the key and the moment of arrival are passed in.
"""

import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from api.domain import limits
from api.domain.payment import Authorised, Declined

WINDOW: Final = timedelta(minutes=5)
"""How far the signature's time may lie from the arrival, either way. Whoever has heard one can use it no longer."""

_SIGNATURE: Final = re.compile(r"t=([0-9]{10}),v1=([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Said:
    """What reached the door: the body and the signature as they were sent, and when."""

    body: str
    signature: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider told. `answer` is None for what is of no matter here."""

    id: str
    payment_id: str
    answer: Authorised | Declined | None


class Doubt(StrEnum):
    """Why something is not believed."""

    FORGED = "forged"
    OLD = "old"
    UNREADABLE = "unreadable"


class Disbelieved(Exception):
    """It is not looked at any further."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


def signature(key: bytes, seconds: int, body: str) -> str:
    """What the provider sends with a body that it signs at this Unix time."""
    return f"t={seconds},v1={_digest(key, str(seconds), body)}"


def believed(said: Said, key: bytes) -> Told:
    """What was told, if the provider has told it, and lately. Raises Disbelieved.

    The signature comes first: nothing else of a message is read by anybody before it is known to be the provider's.
    """
    found = _SIGNATURE.fullmatch(said.signature)
    if found is None or not hmac.compare_digest(found[2], _digest(key, found[1], said.body)):
        raise Disbelieved(Doubt.FORGED)
    if abs(said.received_at - datetime.fromtimestamp(int(found[1]), UTC)) > WINDOW:
        raise Disbelieved(Doubt.OLD)
    return _told(said.body)


def _digest(key: bytes, seconds: str, body: str) -> str:
    return hmac.new(key, f"{seconds}.{body}".encode(errors="surrogatepass"), "sha256").hexdigest()


def _told(body: str) -> Told:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Disbelieved(Doubt.UNREADABLE) from None
    match content:
        case {"id": str(event_id), "payment_id": str(payment_id)} if re.fullmatch(
            limits.WEBHOOK_ID, event_id
        ) and re.fullmatch(limits.ORDER_ID, payment_id):
            return Told(event_id, payment_id, _answer(content.get("type"), content.get("reference")))
    raise Disbelieved(Doubt.UNREADABLE)


def _answer(kind: object, reference: object) -> Authorised | Declined | None:
    """The provider's decision. Raises Disbelieved for money without the number that it is found by."""
    if kind == "payment.declined":
        return Declined()
    if kind != "payment.authorised":
        return None
    if not isinstance(reference, str) or not re.fullmatch(limits.PROVIDER_REFERENCE, reference):
        raise Disbelieved(Doubt.UNREADABLE)
    return Authorised(reference)
