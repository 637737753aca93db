"""Notices as mail: each is sent once to the address that its customer has told, in the language that they chose.

Whether a customer wants news is not asked: a letter about one's own order is none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from api.domain import letters, limits
from api.domain.errors import CustomerErased, EventUnreadable
from api.domain.events import Event, Json
from api.domain.letters import Letter
from api.domain.model import Notice, Occasion
from api.domain.ports import Clock, Inbox, Post, Recipients


class Mailed(StrEnum):
    """What became of a notice."""

    SENT = auto()
    REPEATED = auto()
    NO_ADDRESS = auto()
    """The customer has told none."""
    ERASED = auto()
    """The customer was forgotten before."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """The way from a notice to a mailbox."""

    inbox: Inbox
    recipients: Recipients
    post: Post
    clock: Clock

    def mail(self, told: Event) -> Mailed:
        """Send the letter of a notice, unless that was done before.

        It is noted after it was sent: between the two it may be sent twice, but never be lost. Raises EventUnreadable
        for what is no notice, Busy, and whatever the post raises that does not take the letter.
        """
        notice = _notice(told.data)
        if self.inbox.knows(told):
            return Mailed.REPEATED
        mailed = self._sent(notice)
        return mailed if self.inbox.handle(told, (), self.clock()) else Mailed.REPEATED

    def _sent(self, notice: Notice) -> Mailed:
        try:
            recipient = self.recipients.find(notice.customer)
        except CustomerErased:
            return Mailed.ERASED
        if recipient is None:
            return Mailed.NO_ADDRESS
        letter: Letter = letters.written(notice, recipient.language)
        self.post.send(letter, recipient.address, notice)
        return Mailed.SENT


def _notice(told: Mapping[str, Json]) -> Notice:
    """A notice as it was published. Raises EventUnreadable."""
    match told:
        case {
            "notice_id": str(notice_id),
            "occasion": str(occasion),
            "customer_id": str(customer),
            "correlation_id": str(correlation_id),
            **more,
        } if occasion in set(Occasion):
            order_id = more.get("order_id")
        case _:
            raise EventUnreadable("the message is no notice")
    if not (order_id is None or (isinstance(order_id, str) and re.fullmatch(limits.ORDER_ID, order_id))):
        raise EventUnreadable("order_id is no order's id")
    return Notice(notice_id, Occasion(occasion), customer, order_id, correlation_id)
