"""What an index shows a moment late is not there yet, and nobody takes it for what will never be there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from api.domain.errors import DomainError
from api.domain.hearing import Heard, Hearing
from api.domain.model import Order, OrderStatus
from api.domain.payment import Authorised, Declined
from api.domain.settlement import Settlement
from api.domain.webhook import Told
from tests.unit.api.domain.examples import CAUSE, LATER, ORDER_ID, PAYMENT_ID, InboxInMemory, OrdersInMemory
from tests.unit.api.domain.paying import unpaid

WORDS = {
    OrderStatus.CONFIRMED: Told("evt-00000001", PAYMENT_ID, Authorised("PSP-1")),
    OrderStatus.PAYMENT_FAILED: Told("evt-00000002", PAYMENT_ID, Declined()),
}
"""What the provider may tell of a payment, by what becomes of its order then."""


@dataclass
class LaggingOrders(OrdersInMemory):
    """Orders of which an index shows the payments, or the table the orders, so many questions late."""

    index_lags: int = 0
    table_lags: int = 0

    def of_payment(self, payment_id: str, reference: str | None) -> str | None:
        self.index_lags -= 1
        return None if self.index_lags >= 0 else super().of_payment(payment_id, reference)

    def get(self, order_id: str) -> Order | None:
        self.table_lags -= 1
        return None if self.table_lags >= 0 else super().get(order_id)


@dataclass
class Queue:
    """Delivers a word as SQS does: again, as long as it is not handled, until it is a dead letter."""

    orders: LaggingOrders
    inbox: InboxInMemory = field(default_factory=InboxInMemory)

    def deliver(self, told: Told, receives: int = 5) -> Sequence[Heard | None]:
        """What became of each delivery; None for one that comes again."""
        became: list[Heard | None] = []
        while len(became) < receives and became[-1:] in ([], [None]):
            became.append(self._hear(told))
        return became

    def _hear(self, told: Told) -> Heard | None:
        ids = iter(f"{number:026}" for number in range(99))
        settlement = Settlement(self.orders, lambda: LATER, lambda: next(ids))
        try:
            return Hearing(self.orders, settlement, self.inbox).hear(told, CAUSE)
        except DomainError:
            return None


@pytest.mark.parametrize("becomes", WORDS)
@pytest.mark.parametrize(("index", "table"), [(1, 0), (3, 0), (0, 2)])
def test_a_word_that_is_faster_than_the_index_settles_its_order_when_it_comes_again(
    becomes: OrderStatus, index: int, table: int
) -> None:
    orders = LaggingOrders({ORDER_ID: unpaid()}, index_lags=index, table_lags=table)
    became = Queue(orders).deliver(WORDS[becomes])
    assert became == [*[None] * (index + table), Heard.SETTLED]
    assert orders.orders[ORDER_ID].status is becomes


def test_a_word_that_nobody_waits_for_is_kept_as_a_dead_letter_and_not_thrown_away() -> None:
    queue = Queue(LaggingOrders())
    assert queue.deliver(WORDS[OrderStatus.CONFIRMED]) == [None] * 5
    assert queue.inbox.handled == set()
