"""The worker `mail`: sends customers the notices that are for them, and hears of mail that came back.

Its queue is subscribed to the topic of the notices, and SES tells the default event bus of what it could not deliver
and of complaints; a rule there tells the same queue (pipeline.cloud.service.mail). Nothing of either is in a log but
what became of it. What it may do in AWS is listed in api/needs.py.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from api.adapters import aws, sources
from api.adapters.inbox import DynamoInbox
from api.adapters.recipients import DynamoRecipients
from api.adapters.sealing import Seals
from api.adapters.ses_post import Sender, SesPost
from api.adapters.turns import DynamoTurns
from api.domain.errors import EventUnreadable
from api.domain.events import Event, Json
from api.domain.mailing import Mailed, Mailing
from api.domain.ports import Clock, Inbox
from api.handlers import happenings, logs
from api.handlers.happenings import Happening
from api.handlers.worker import Message, Worker

NAME: Final = "mail"
NOTICE: Final = "Notice"
RETURNED: Final[Mapping[str, str]] = {"Email Bounced": "bounce", "Email Complaint Received": "complaint"}
"""What SES tells (Amazon SES developer guide, "Monitoring SES events using Amazon EventBridge"), and which part of its
detail says more."""

_KINDS_OF_RETURN: Final = ("bounceType", "bounceSubType", "complaintFeedbackType")


@dataclass(frozen=True, slots=True)
class Services:
    """What the worker works on."""

    mailing: Mailing
    inbox: Inbox
    clock: Clock


@cache
def services() -> Services:
    """This environment's services. NotTold names a variable that the stack did not set."""
    client, table = aws.dynamodb(), sources.told("TABLE_NAME")
    inbox = DynamoInbox(client, table, NAME)
    seals = Seals(aws.kms(), sources.told("FIELD_KEY_ARN"))
    sender = Sender(
        sources.told("MAIL_SENDER"), sources.told("MAIL_CONFIGURATION_SET"), os.environ.get("MAIL_INSTEAD", "")
    )
    recipients = DynamoRecipients(client, table, seals, sources.told("STAGE"))
    turns = DynamoTurns(client, table, NAME)
    return Services(Mailing(inbox, turns, recipients, SesPost(aws.ses(), sender), sources.now), inbox, sources.now)


def read(record: Mapping[str, Any]) -> Message:
    """A notice as its topic delivers it raw, or what SES told. Raises EventUnreadable."""
    try:
        match json.loads(record["body"]):
            case {"notice_id": str(event_id), "correlation_id": str(chain), **_more} as data:
                kind = NOTICE
            case {"id": str(event_id), "detail-type": str(kind), "detail": dict(data)} if kind in RETURNED:
                chain = event_id
            case _:
                raise EventUnreadable("the message is neither a notice nor told by SES")
    except ValueError:
        raise EventUnreadable("the message is no JSON") from None
    metadata: dict[str, Json] = {"event_id": event_id, "correlation_id": chain, "causation_id": event_id}
    event = Event(event_id, kind, {"metadata": metadata, "data": data})
    return Message(event, int(record["attributes"]["ApproximateReceiveCount"]), str(record["receiptHandle"]))


def _mail(message: Message, services: Services) -> bool:
    mailed = services.mailing.mail(message.event)
    logs.note("mail", became=mailed.value, occasion=message.event.data["occasion"])
    if mailed is Mailed.SENT:
        happenings.count(Happening.MAIL_SENT)
    return mailed is not Mailed.REPEATED


def _returned(message: Message, services: Services) -> bool:
    """SES keeps the address from being written to again (the set's suppression); here it is counted, for an alarm."""
    if not services.inbox.handle(message.event, (), services.clock()):
        return False
    what = RETURNED[message.event.kind]
    more = message.event.data.get(what)
    said = more if isinstance(more, dict) else {}
    logs.note("mail returned", what=what, **{name: said[name] for name in _KINDS_OF_RETURN if name in said})
    happenings.count(Happening.MAIL_RETURNED)
    return True


handler = Worker({NOTICE: _mail, **dict.fromkeys(RETURNED, _returned)}, services, read)
"""What Lambda calls with (event, context)."""
