"""The emulator's observations: appended as things happen, read by sequence number, bounded. Pure but for its lock."""

import threading
from collections import deque
from collections.abc import Callable

from pipeline.rehearsal.world.observation import Happening, Observation, ObservationsDropped


class Journal:
    """What happened, oldest first. `real` and `world` are the two clocks; `keep` is how many are kept.

    Readers who fall behind by more than `keep` are told how many they missed, never nothing.
    """

    def __init__(self, real: Callable[[], float], world: Callable[[], float], keep: int = 20_000) -> None:
        self._real = real
        self._world = world
        self._kept: deque[Observation] = deque(maxlen=keep)
        self._last = 0
        self._lock = threading.Lock()

    def add(self, account: str, region: str, what: Happening, at: float | None = None) -> Observation:
        """Append one; the order of the sequence numbers is the order of the calls.

        `at` is the world's time at which it was decided, for what is noted a moment after that.
        """
        with self._lock:
            self._last += 1
            entry = Observation(self._last, self._real(), self._world() if at is None else at, account, region, what)
            self._kept.append(entry)
            return entry

    def after(self, sequence: int, limit: int = 1000) -> tuple[Observation, ...]:
        """At most `limit` entries with a greater sequence number; a gap shows as ObservationsDropped in its place."""
        with self._lock:
            entries = [entry for entry in self._kept if entry.sequence > sequence][:limit]
        if not entries or entries[0].sequence == sequence + 1:
            return tuple(entries)
        first = entries[0]
        missed = first.sequence - 1 - sequence
        gap = Observation(first.sequence - 1, first.real, first.world, "", "", ObservationsDropped(missed))
        return (gap, *entries)

    @property
    def last(self) -> int:
        """The newest sequence number, 0 before the first."""
        return self._last
