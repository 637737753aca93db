"""Notices as mail: each is sent once to the address that its customer has told, in the language that they chose.

Whether a customer wants news is not asked: a letter about one's own order is none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto
from typing import Final

from api.domain import letters, limits
from api.domain.errors import CustomerErased, EventUnreadable, UnderWay
from api.domain.events import Event, Json
from api.domain.letters import Letter
from api.domain.model import Notice, Occasion
from api.domain.ports import Clock, Inbox, Post, Recipients, Turns

TURN: Final = timedelta(minutes=2)
"""Longer than a worker can be at a notice, shorter than its queue waits until it hands the notice out again."""


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
    turns: Turns
    recipients: Recipients
    post: Post
    clock: Clock

    def mail(self, told: Event) -> Mailed:
        """Send the letter of a notice, unless that was done before.

        Who sends has taken the turn before, so that of two who get the notice at the same time one sends it. It is
        noted after it was sent: who dies between the two lets it be sent again when the turn is over, and never lost.
        Raises EventUnreadable for what is no notice, UnderWay during somebody else's turn, Busy, and whatever the post
        raises that does not take the letter.
        """
        notice = _notice(told.data)
        now = self.clock()
        is_ours = self.turns.take(told, now, now + TURN)
        if self.inbox.knows(told):  # asked after that: whoever had the turn before has noted it, or never will
            return Mailed.REPEATED
        if not is_ours:
            raise UnderWay("the letter of this notice is being sent")
        try:
            mailed = self._sent(notice)
        except Exception:
            self.turns.give_back(told, self.clock(), now + TURN)
            raise
        self.inbox.handle(told, (), self.clock())
        return mailed

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
