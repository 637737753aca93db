"""From a notice to a mailbox, on stores in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.domain.customer import Recipient
from api.domain.errors import CustomerErased, EventUnreadable, UnderWay
from api.domain.events import Event
from api.domain.letters import Letter
from api.domain.mailing import TURN, Mailed, Mailing
from api.domain.model import Notice
from tests.unit.api.domain.examples import LATER, ORDER_ID

ANN = Recipient("ann@example.com", "sv")
TOLD = {
    "notice_id": "n-1",
    "occasion": "order-placed",
    "customer_id": "ann",
    "order_id": ORDER_ID,
    "correlation_id": "c-1",
}


@dataclass
class Office:
    """Everything that mail needs, in memory: who is known, what was sent, what was noted."""

    known: dict[str, Recipient | None] = field(default_factory=lambda: {"ann": ANN, "mute": None})
    sent: list[tuple[str, Letter]] = field(default_factory=list)
    noted: set[str] = field(default_factory=set)
    turns: dict[str, datetime] = field(default_factory=dict)
    broken: bool = False
    now: datetime = LATER

    def find(self, customer: str) -> Recipient | None:
        if customer not in self.known:
            raise CustomerErased
        return self.known[customer]

    def send(self, letter: Letter, address: str, notice: Notice) -> None:
        assert notice.id == "n-1"
        if self.broken:
            raise ConnectionError
        self.sent.append((address, letter))

    def knows(self, event: Event) -> bool:
        return event.id in self.noted

    def handle(self, event: Event, follows: Sequence[Event], now: datetime) -> bool:
        assert (follows, now) == ((), self.now)
        new = event.id not in self.noted
        self.noted.add(event.id)
        return new

    def take(self, event: Event, now: datetime, until: datetime) -> bool:
        if event.id in self.turns and self.turns[event.id] > now:
            return False
        self.turns[event.id] = until
        return True

    def give_back(self, event: Event, now: datetime, until: datetime) -> None:
        if self.turns[event.id] == until:
            self.turns[event.id] = now

    def mail(self, **other: Any) -> Mailed:
        told = Event("n-1", "Notice", {"metadata": {}, "data": {**TOLD, **other}})
        return Mailing(self, self, self, self, lambda: self.now).mail(told)


def test_a_notice_is_sent_to_its_customer_in_their_language_once() -> None:
    office = Office()
    assert [office.mail() for _ in range(2)] == [Mailed.SENT, Mailed.REPEATED]
    ((address, letter),) = office.sent
    assert address == "ann@example.com"
    assert letter.subject == f"Din beställning {ORDER_ID}"


def test_who_told_no_address_or_was_forgotten_gets_nothing_and_is_not_asked_for_again() -> None:
    for customer, became in (("mute", Mailed.NO_ADDRESS), ("nobody", Mailed.ERASED)):
        office = Office()
        assert [office.mail(customer_id=customer) for _ in range(2)] == [became, Mailed.REPEATED]
        assert office.sent == []


def test_what_could_not_be_sent_is_not_noted_and_sent_later() -> None:
    office = Office(broken=True)
    with pytest.raises(ConnectionError):
        office.mail()
    assert office.noted == set()
    office.broken = False
    assert office.mail() is Mailed.SENT


def test_what_somebody_else_is_about_to_send_is_left_to_them_as_long_as_they_can_be_at_it() -> None:
    office = Office(turns={"n-1": LATER + TURN})
    for late in (timedelta(0), TURN - timedelta(milliseconds=1)):
        office.now = LATER + late
        with pytest.raises(UnderWay):
            office.mail()
    assert office.sent == []
    office.now = LATER + TURN
    assert office.mail() is Mailed.SENT


def test_what_was_sent_during_a_turn_is_known_before_the_turn_is_over() -> None:
    office = Office(turns={"n-1": LATER + TURN}, noted={"n-1"})
    assert office.mail() is Mailed.REPEATED


@pytest.mark.parametrize(
    "other",
    [
        {"occasion": "birthday"},
        {"occasion": None},
        {"customer_id": 1},
        {"order_id": "none"},
        {"order_id": 7},
        {"order_id": None},
        {"correlation_id": None},
    ],
    ids=str,
)
def test_what_is_no_notice_is_neither_sent_nor_noted(other: dict[str, Any]) -> None:
    office = Office()
    with pytest.raises(EventUnreadable):
        office.mail(**other)
    assert (office.sent, office.noted) == ([], set())
