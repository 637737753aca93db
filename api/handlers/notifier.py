"""The worker `notifier`: welcomes customers, and tells them of what happened to their orders.

What it may do in AWS is listed in api/needs.py.
"""

from functools import cache
from typing import Final

from api.adapters import aws, sources
from api.adapters.inbox import DynamoInbox
from api.adapters.notices import SnsNotices
from api.domain.notifying import OCCASIONS, Notifying
from api.handlers.settings import settings
from api.handlers.worker import Message, Worker

NAME: Final = "notifier"


@cache
def services() -> Notifying:
    """This environment's services."""
    inbox = DynamoInbox(aws.dynamodb(), settings().table, NAME)
    return Notifying(inbox, SnsNotices(aws.sns(), sources.told("NOTICES_TOPIC_ARN")), sources.now)


def _tell(message: Message, notifying: Notifying) -> bool:
    return notifying.tell(message.event)


handler = Worker(dict.fromkeys(OCCASIONS, _tell), services)
"""What Lambda calls with (event, context)."""
