"""A payment provider that answers as told, and a checkout on stores in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from api.domain import settling
from api.domain.attempts import Pacing
from api.domain.breaker import Breaker
from api.domain.cashier import Cashier
from api.domain.checkout import Checkout
from api.domain.events import Cause
from api.domain.model import Order
from api.domain.payment import Answer, Payment, Unavailable, Voided
from tests.unit.api.domain.examples import LATER, ORDER_ID, PAYMENT_ID, OrdersInMemory, order
from tests.unit.api.domain.test_breaker import CircuitsInMemory


@dataclass
class ProviderAsTold:
    """Answers with the next of `answers`, and with the last one for good."""

    answers: list[Answer | Voided]
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    during: Iterator[None] | None = None

    def authorise(self, payment: Payment, correlation_id: str, seconds: float) -> Answer:  # noqa: ARG002
        answer = self._answer("authorise", payment, correlation_id)
        assert not isinstance(answer, Voided)
        return answer

    def void(self, payment: Payment, correlation_id: str, seconds: float) -> Voided | Unavailable:  # noqa: ARG002
        answer = self._answer("void", payment, correlation_id)
        assert isinstance(answer, Voided | Unavailable)
        return answer

    def _answer(self, operation: str, payment: Payment, correlation_id: str) -> Answer | Voided:
        self.asked.append((operation, payment.id, correlation_id))
        if self.during is not None:
            next(self.during, None)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@dataclass
class Till:
    """A checkout with everything around it, and one order that waits for its payment."""

    provider: ProviderAsTold
    orders: OrdersInMemory = field(default_factory=lambda: OrdersInMemory({ORDER_ID: unpaid()}))
    circuits: CircuitsInMemory = field(default_factory=CircuitsInMemory)
    counted: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    now: datetime = LATER

    @property
    def cashier(self) -> Cashier:
        breaker = Breaker(self.circuits, lambda: self.now, lambda: self.counted.append("CircuitOpened"))
        pacing = Pacing(lambda: 0.0, lambda _: None, lambda most: most)
        return Cashier(self.provider, breaker, pacing, self.counted.append)

    @property
    def checkout(self) -> Checkout:
        ids = iter(f"{number:026}" for number in range(99))
        return Checkout(self.orders, self.cashier, self, lambda: self.now, lambda: next(ids))

    @property
    def order(self) -> Order:
        return self.orders.orders[ORDER_ID]

    @property
    def told(self) -> list[str]:
        return [event.kind for event in self.orders.events]

    def later(self, order_id: str, cause: Cause) -> None:  # noqa: ARG002
        """The PaymentWork port."""
        self.sent.append(order_id)


def unpaid() -> Order:
    """The example order, waiting for its payment."""
    return settling.asked(order(), PAYMENT_ID)


def till(*answers: Answer | Voided) -> Till:
    """A checkout whose provider answers so."""
    return Till(ProviderAsTold(list(answers)))
