"""The breaker that all functions share: the state machine of api.domain.circuit on a store.

Without its store it lets every call pass: a breaker protects the provider, it must not become a reason to fail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from api.domain import circuit
from api.domain.circuit import Circuit, Phase
from api.domain.ports import Circuits, Clock, StoreDown

_TRIES: Final = 3
"""How often a change is made again on what others wrote meanwhile. After that it is lost: the next failure counts."""


class Admission(Enum):
    """How a call was let in, or that it was not."""

    REFUSED = auto()
    UNTROUBLED = auto()
    TROUBLED = auto()
    PROBE = auto()


@dataclass(frozen=True, slots=True)
class Breaker:
    """Asks before a call, and is told how it ended. `on_open` is called when this process has opened it."""

    circuits: Circuits
    clock: Clock
    on_open: Callable[[], None]

    def admit(self) -> Admission:
        """Whether to call. Of several who want to probe at once, one may: the one whose change is kept."""
        try:
            before = self.circuits.read()
            after = circuit.admitted(before.circuit, self.clock())
            if after is None:
                return Admission.REFUSED
            if after == before.circuit:
                return Admission.UNTROUBLED if after == circuit.UNTROUBLED else Admission.TROUBLED
            return Admission.PROBE if self.circuits.replace(before, after) else Admission.REFUSED
        except StoreDown:
            return Admission.UNTROUBLED

    def succeeded(self, admission: Admission) -> None:
        """The call was answered. In good times nothing is written for it."""
        if admission is not Admission.UNTROUBLED:
            self._change(lambda now: circuit.succeeded(now, probe=admission is Admission.PROBE))

    def failed(self, admission: Admission) -> None:
        """The call was not answered."""
        opened = self._change(lambda now: circuit.failed(now, self.clock(), probe=admission is Admission.PROBE))
        if opened:
            self.on_open()

    def _change(self, change: Callable[[Circuit], Circuit]) -> bool:
        """Make a change on what is kept now; whether that opened the circuit."""
        try:
            for _ in range(_TRIES):
                before = self.circuits.read()
                after = change(before.circuit)
                if after == before.circuit:
                    return False
                if self.circuits.replace(before, after):
                    return after.phase is Phase.OPEN
        except StoreDown:
            return False
        return False
