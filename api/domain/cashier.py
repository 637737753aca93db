"""Asking the payment provider: behind the breaker, within a deadline, with every answer counted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from api.domain import attempts
from api.domain.attempts import Pacing
from api.domain.breaker import Admission, Breaker
from api.domain.payment import Answer, Authorised, Declined, Payment, Unavailable, Undecided, Voided
from api.domain.ports import PaymentProvider

PATIENCE: Final = 3.0
"""Seconds that a customer waits for the provider at most."""
KEPT_BACK: Final = 2.0
"""Seconds of an invocation that are kept for writing down what the provider said."""

NOT_ASKED: Final = Unavailable(asked=False)


def patience(remaining: float) -> float:
    """How long the provider may take when the invocation has `remaining` seconds left."""
    return max(0.0, min(PATIENCE, remaining - KEPT_BACK))


@dataclass(frozen=True, slots=True)
class Cashier:
    """The one who speaks with the provider. `count` is told what happened, in the words of the metrics."""

    provider: PaymentProvider
    breaker: Breaker
    pacing: Pacing
    count: Callable[[str], None]

    def authorise(self, payment: Payment, correlation_id: str, seconds: float) -> Answer:
        """Ask for the money; asking again for the same payment gets the same answer."""
        answer = self._asked(lambda limit: self.provider.authorise(payment, correlation_id, limit), seconds)
        match answer:
            case Authorised():
                self.count("PaymentAuthorised")
            case Declined():
                self.count("PaymentDeclined")
            case Undecided() | Unavailable():
                pass
        return answer

    def void(self, payment: Payment, correlation_id: str, seconds: float) -> Voided | Unavailable:
        """Give the money back, or see to it that it is never taken."""
        return self._asked(lambda limit: self.provider.void(payment, correlation_id, limit), seconds)

    def _asked[T: (Answer, Voided | Unavailable)](self, ask: Callable[[float], T], seconds: float) -> T | Unavailable:
        if seconds < attempts.SHORTEST_ATTEMPT:  # before the breaker, which would wait for the end of this call
            return NOT_ASKED
        admission = self.breaker.admit()
        if admission is Admission.REFUSED:
            return NOT_ASKED
        answer = attempts.within(seconds, self.pacing, ask, lambda answer: not isinstance(answer, Unavailable))
        if answer is None:
            return NOT_ASKED
        if isinstance(answer, Unavailable):
            if answer.timed_out:
                self.count("PaymentProviderTimeout")
            self.breaker.failed(admission)
        else:
            self.breaker.succeeded(admission)
        return answer
