"""Whose turn it is, in a table that is really there, and asked for by many at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier, Semaphore
from typing import TYPE_CHECKING

import pytest

from api.adapters import sources
from api.adapters.inbox import DynamoInbox
from api.adapters.sources import new_id
from api.adapters.turns import DynamoTurns
from api.domain.customer import Recipient
from api.domain.errors import UnderWay
from api.domain.events import Event
from api.domain.letters import Letter
from api.domain.mailing import TURN, Mailed, Mailing
from api.domain.model import Notice
from tests.support.dynamodb import TABLE
from tests.unit.api.domain.examples import NOON

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

WORKERS = 6
UNTIL = NOON + TURN
MOMENT = timedelta(milliseconds=1)


def notice() -> Event:
    """A new one."""
    name = new_id()
    data = {"notice_id": name, "occasion": "welcome", "customer_id": "ann", "correlation_id": "c-1"}
    return Event(name, "Notice", {"metadata": {}, "data": {**data}})


@pytest.fixture
def turns(stage: "DynamoDBClient") -> DynamoTurns:
    return DynamoTurns(stage, TABLE, "mail")


def test_a_turn_is_one_s_own_until_it_is_over(turns: DynamoTurns) -> None:
    told = notice()
    assert turns.take(told, NOON, UNTIL)
    assert not turns.take(told, NOON, UNTIL)
    assert not turns.take(told, UNTIL - MOMENT, UNTIL + TURN)
    assert turns.take(told, UNTIL, UNTIL + TURN)
    assert not turns.take(told, UNTIL + MOMENT, UNTIL + TURN)


def test_each_notice_and_each_worker_has_turns_of_its_own(turns: DynamoTurns, stage: "DynamoDBClient") -> None:
    told = notice()
    assert turns.take(told, NOON, UNTIL)
    assert turns.take(notice(), NOON, UNTIL)
    assert DynamoTurns(stage, TABLE, "other").take(told, NOON, UNTIL)


def test_a_turn_that_was_given_back_is_free_and_somebody_else_s_is_not_given_back(turns: DynamoTurns) -> None:
    told = notice()
    assert turns.take(told, NOON, UNTIL)
    turns.give_back(told, NOON + MOMENT, UNTIL)
    assert turns.take(told, NOON + MOMENT, UNTIL + MOMENT)
    turns.give_back(told, NOON + MOMENT, UNTIL)
    assert not turns.take(told, NOON + MOMENT, UNTIL + MOMENT)


@dataclass
class Office:
    """Knows Ann, and takes a letter once all the others have been at the same notice."""

    others: Semaphore
    sent: list[str] = field(default_factory=list)
    dies: bool = False

    def find(self, customer: str) -> Recipient:
        return Recipient(f"{customer}@example.com", "en")

    def send(self, letter: Letter, address: str, notice: Notice) -> None:  # noqa: ARG002 - nobody reads it here
        self.sent.append(notice.id)
        if self.dies:
            raise SystemExit  # what no worker can do anything about
        for _ in range(WORKERS - 1):
            assert self.others.acquire(timeout=20)


def mailing(stage: "DynamoDBClient", office: Office, now: datetime | None = None) -> Mailing:
    """A worker's, on the one table."""
    clock = sources.now if now is None else lambda: now
    return Mailing(DynamoInbox(stage, TABLE, "mail"), DynamoTurns(stage, TABLE, "mail"), office, office, clock)


def test_of_many_who_get_a_notice_at_the_same_time_one_sends_it(stage: "DynamoDBClient") -> None:
    told, office, together = notice(), Office(Semaphore(0)), Barrier(WORKERS)

    def work() -> Mailed | None:
        together.wait(timeout=20)
        try:
            return mailing(stage, office).mail(told)
        except UnderWay:
            return None
        finally:
            office.others.release()

    with ThreadPoolExecutor(WORKERS) as workers:
        became = [each.result() for each in [workers.submit(work) for _ in range(WORKERS)]]
    assert sorted(became, key=str) == [*[None] * (WORKERS - 1), Mailed.SENT]
    assert office.sent == [told.id]
    assert mailing(stage, office).mail(told) is Mailed.REPEATED


def test_what_a_worker_died_of_is_sent_when_its_turn_is_over(stage: "DynamoDBClient") -> None:
    told, office = notice(), Office(Semaphore(WORKERS))
    with pytest.raises(SystemExit):
        mailing(stage, Office(Semaphore(0), dies=True), NOON).mail(told)
    with pytest.raises(UnderWay):
        mailing(stage, office, UNTIL - MOMENT).mail(told)
    assert office.sent == []
    assert mailing(stage, office, UNTIL).mail(told) is Mailed.SENT
    assert office.sent == [told.id]
