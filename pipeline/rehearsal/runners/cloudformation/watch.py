"""Watches a stack operation to its end: tells what the world tells, and lets traffic flow while a rollout shifts.

Traffic begins with the first shift, when the hooks before it have passed, and not at all where everything moves at
once: there is no canary then that it could speak for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.read.routes import Route
from pipeline.rehearsal.runners.base import Emit
from pipeline.rehearsal.runners.cloudformation.clients import Place, Traffic, TrafficCounts
from pipeline.rehearsal.runners.cloudformation.rollout_teller import RolloutTeller
from pipeline.rehearsal.runners.cloudformation.stack import Stack
from pipeline.rehearsal.world.observation import Observation

# How often a deployment may still be open after its stack has ended, before we say that the world lost it.
_PATIENCE = 50
_LOGGED_ERRORS = 200


@dataclass(frozen=True)
class Watched:
    """How the operation ended: the stack's status, and what was sent meanwhile (None: no traffic was started)."""

    status: str
    sent: TrafficCounts | None


class Watch:
    """One operation. Make it before the operation begins, so that nothing that happens is missed."""

    def __init__(
        self, stack: Stack, place: Place, teller: RolloutTeller, emit: Emit, log: Callable[[str], None]
    ) -> None:
        self._stack = stack
        self._place = place
        self._teller = teller
        self._emit = emit
        self._log = log
        self._logged = 0
        self._after = 0
        for _ in self._news():
            pass  # what happened before is not of this operation

    def to_the_end(
        self,
        pause: Callable[[], None],
        traffic: Traffic | None,
        stage: str,
        outputs: Mapping[str, str],
        watched: Sequence[Route] = (),
    ) -> Watched:
        """Wait for the operation's end; `pause` waits a moment and raises when it is time to stop.

        `watched` are the routes to what shifts: most of the traffic goes there.
        """
        flowing, sent = False, None
        try:
            status = self._look()
            lost = 0
            while status.endswith("_IN_PROGRESS") or self._teller.under_way:
                if self._teller.shifting and traffic is not None and not flowing:
                    traffic.start(stage, outputs, watched)
                    flowing = True
                lost = 0 if status.endswith("_IN_PROGRESS") else lost + 1
                if lost > _PATIENCE:
                    raise Broke(f"{self._stack.name} ended in {status}, but the end of its deployment was never told")
                pause()
                status = self._look()
            self._hear()
        finally:
            if flowing and traffic is not None:
                sent = traffic.stop()
        return Watched(status, sent)

    def _look(self) -> str:
        """The status first, then what happened: what led to an end has then been told before the end is seen."""
        status = self._stack.status() or "DELETE_COMPLETE"
        self._hear()
        return status

    def _news(self) -> Iterator[Observation]:
        """What happened since the last time; the world tells it in portions."""
        while portion := list(self._place.world.observations(self._after)):
            self._after = portion[-1].sequence
            yield from portion

    def _hear(self) -> None:
        for event in self._teller.hear(self._news()):
            self._emit(event)
        for line in self._teller.errors[: max(0, _LOGGED_ERRORS - self._logged)]:
            self._log(line)
        self._logged += len(self._teller.errors)
        self._teller.errors.clear()
