"""What customers are told of."""

from dataclasses import dataclass, field

import pytest

from api.domain import rules
from api.domain.events import Event, customer_registered, order_cancelled, order_placed
from api.domain.model import Notice, Occasion
from api.domain.notifying import Notifying
from api.domain.owner import partner
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, LATER, ORDER_ID, InboxInMemory, order

PLACED = order_placed(order(), EVENT_ID, CAUSE)
CANCELLED = order_cancelled(rules.cancel(order(), LATER), "customer", EVENT_ID, CAUSE)


@dataclass
class NoticesInMemory:
    """The Notices port; fails as often as `failures` says."""

    failures: int = 0
    sent: list[Notice] = field(default_factory=list)

    def send(self, notice: Notice) -> None:
        if self.failures:
            self.failures -= 1
            raise TimeoutError
        self.sent.append(notice)


@pytest.mark.parametrize(
    ("event", "occasion"), [(PLACED, Occasion.ORDER_PLACED), (CANCELLED, Occasion.ORDER_CANCELLED)]
)
def test_a_customer_is_told_once(event: Event, occasion: Occasion) -> None:
    inbox, notices = InboxInMemory(), NoticesInMemory()
    notifying = Notifying(inbox, notices, lambda: LATER)
    assert notifying.tell(event)
    assert not notifying.tell(event)
    assert notices.sent == [Notice(EVENT_ID, occasion, "ann", ORDER_ID, CAUSE.correlation_id)]


def test_a_new_customer_is_welcomed_once() -> None:
    inbox, notices = InboxInMemory(), NoticesInMemory()
    notifying = Notifying(inbox, notices, lambda: LATER)
    registered = customer_registered("ann", LATER, EVENT_ID, CAUSE)
    assert notifying.tell(registered)
    assert not notifying.tell(registered)
    assert notices.sent == [Notice(EVENT_ID, Occasion.WELCOME, "ann", None, CAUSE.correlation_id)]


@pytest.mark.parametrize(
    "event",
    [
        order_placed(order(owner=partner("acme")), EVENT_ID, CAUSE),
        order_cancelled(rules.cancel(order(owner=partner("acme")), LATER), "customer", EVENT_ID, CAUSE),
    ],
)
def test_of_a_partners_order_nobody_is_told(event: Event) -> None:
    inbox, notices = InboxInMemory(), NoticesInMemory()
    notifying = Notifying(inbox, notices, lambda: LATER)
    assert notifying.tell(event)
    assert not notifying.tell(event)
    assert notices.sent == []


def test_a_notice_that_was_not_sent_is_sent_later() -> None:
    inbox, notices = InboxInMemory(), NoticesInMemory(failures=1)
    notifying = Notifying(inbox, notices, lambda: LATER)
    with pytest.raises(TimeoutError):
        notifying.tell(PLACED)
    assert inbox.handled == set()
    assert notifying.tell(PLACED)
    assert len(notices.sent) == 1
