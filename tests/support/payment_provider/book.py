"""What the provider remembers and decides: authorisations by their idempotency key, and the faults it is told to have.

Amounts decide what happens, as in the sandboxes of real providers; every other amount is authorised.
"""

import threading
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

DECLINED: Final = 66_602
RECOVERS: Final = 66_603
"""The first two requests for such a payment are answered with 503: one customer's whole patience."""
ALWAYS_FAILS: Final = 66_604
UNDECIDED: Final = 66_605
"""Answered with 202, for good: the provider is still looking into it."""
TOLD_LATER: Final = 66_606
"""Answered with 202; where the provider is told whom to tell, it tells at once that the payment is authorised."""
FAILURES_BEFORE_RECOVERY: Final = 2


class Fault(StrEnum):
    """What the whole provider suffers from until it is told otherwise."""

    NONE = "none"
    ERROR = "error"
    SLOW = "slow"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Answered:
    """A status and a JSON body."""

    status: int
    body: dict[str, str]


_UNAVAILABLE: Final = Answered(503, {"error": "unavailable"})


@dataclass
class Book:
    """The provider's memory. Safe to use from several threads."""

    fault: Fault = Fault.NONE
    answers: dict[str, Answered] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def authorise(self, key: str, amount: int) -> Answered:
        """The answer for this key: the first one again if there was one."""
        with self._lock:
            self.asked[key] += 1
            if amount == ALWAYS_FAILS or (amount == RECOVERS and self.asked[key] <= FAILURES_BEFORE_RECOVERY):
                return _UNAVAILABLE
            if amount in (UNDECIDED, TOLD_LATER) and key not in self.voided:
                return Answered(202, {"status": "UNDECIDED"})
            return self.answers.setdefault(key, self._decided(key, amount))

    def void(self, key: str) -> Answered:
        """Hold nothing for this key, whether or not it was ever authorised, and never will."""
        with self._lock:
            self.voided.add(key)
            return Answered(200, {"status": "VOIDED"})

    def news(self, key: str, amount: int) -> dict[str, str] | None:
        """What the provider tells by itself after it was asked for this key: nothing while it decides nothing."""
        with self._lock:
            answered = self._decided(key, amount) if amount == TOLD_LATER else self.answers.get(key)
        if answered is None:
            return None
        kind = answered.body["status"].lower()
        named = {name: answered.body[name] for name in ("reference",) if name in answered.body}
        return {"id": f"evt-{key}-{kind}", "type": f"payment.{kind}", "payment_id": key, **named}

    def forget(self) -> None:
        """Know of no payment any more."""
        with self._lock:
            self.answers.clear()
            self.voided.clear()
            self.asked.clear()

    def _decided(self, key: str, amount: int) -> Answered:
        if key in self.voided or amount == DECLINED:
            return Answered(402, {"status": "DECLINED"})
        return Answered(201, {"status": "AUTHORISED", "reference": f"PSP-{key}"})
