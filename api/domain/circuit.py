"""A circuit breaker as a state machine: pure, the time is passed in.

Five failures in a row open it, and for 60 seconds nobody asks. Then one call at a time may try (a probe): two that
succeed close it, one that fails opens it for another 60 seconds. A probe that is never heard of again holds the place
for 15 seconds.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

FAILURES_TO_OPEN: Final = 5
REST: Final = timedelta(seconds=60)
SUCCESSES_TO_CLOSE: Final = 2
LONGEST_PROBE: Final = timedelta(seconds=15)


class Phase(StrEnum):
    """Whether calls pass."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


@dataclass(frozen=True, slots=True)
class Circuit:
    """Where a breaker stands.

    `failures` counts those in a row while it is closed, `successes` those of probes. `since` is when it opened, or when
    the probe under way began; None while it is closed or no probe is under way.
    """

    phase: Phase = Phase.CLOSED
    failures: int = 0
    successes: int = 0
    since: datetime | None = None


UNTROUBLED: Final = Circuit()


def admitted(circuit: Circuit, now: datetime) -> Circuit | None:
    """The circuit with one more call on its way; None if that call has to be refused.

    One that differs from `circuit` makes the call a probe, and must have been kept before the call begins.
    """
    if circuit.phase is Phase.CLOSED:
        return circuit
    if circuit.phase is Phase.OPEN:
        if _younger(circuit, REST, now):
            return None
        return Circuit(Phase.HALF_OPEN, since=now)
    if _younger(circuit, LONGEST_PROBE, now):
        return None
    return replace(circuit, since=now)


def succeeded(circuit: Circuit, *, probe: bool) -> Circuit:
    """The circuit after an answer; `probe` says whether the call was admitted as one.

    A call that began before the breaker opened says nothing about the provider's recovery.
    """
    if circuit.phase is Phase.CLOSED:
        return UNTROUBLED
    if circuit.phase is Phase.OPEN or not probe:
        return circuit
    successes = circuit.successes + 1
    return UNTROUBLED if successes >= SUCCESSES_TO_CLOSE else Circuit(Phase.HALF_OPEN, successes=successes)


def failed(circuit: Circuit, now: datetime, *, probe: bool) -> Circuit:
    """The circuit after a call without an answer."""
    if circuit.phase is Phase.CLOSED:
        failures = circuit.failures + 1
        return Circuit(Phase.OPEN, since=now) if failures >= FAILURES_TO_OPEN else replace(circuit, failures=failures)
    if circuit.phase is Phase.OPEN or not probe:
        return circuit
    return Circuit(Phase.OPEN, since=now)


def _younger(circuit: Circuit, age: timedelta, now: datetime) -> bool:
    return circuit.since is not None and now - circuit.since < age
