"""The world's one clock: it runs `speed` times faster than the wall, and is passed in wherever time is needed.

Waits and periods are compressed together; latencies and counts of requests stay real.
"""

import threading
from collections.abc import Callable


class CompressedClock:
    """World time from a monotonic clock, whose pace may change: the world's time never jumps and never runs back."""

    def __init__(self, speed: float, monotonic: Callable[[], float], epoch: float) -> None:
        """Start the clock.

        `speed` is world seconds per real second, `monotonic` returns real seconds that never run back
        (`time.monotonic`), `epoch` is the world's time, in seconds since 1970, at this moment.
        """
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._speed, self._since, self._world = _checked(speed), monotonic(), epoch

    @property
    def speed(self) -> float:
        """World seconds per real second, at present."""
        return self._speed

    def run_at(self, speed: float) -> None:
        """Go on at another pace from now on. Who waits for a time of the world has to look again: see `has_come`."""
        with self._lock:
            real = self._monotonic()
            self._world += (real - self._since) * self._speed
            self._speed, self._since = _checked(speed), real

    def now(self) -> float:
        """The time in the world: seconds since the epoch."""
        with self._lock:
            return self._world + (self._monotonic() - self._since) * self._speed

    def has_come(self, world_time: float) -> bool:
        """Whether the world's clock shows that time or a later one, to a millisecond of the world."""
        return self.now() >= world_time - 0.001

    def world_seconds(self, real_seconds: float) -> float:
        """How long the world takes for a real time span, at the present pace."""
        return real_seconds * self._speed

    def real_seconds(self, world_seconds: float) -> float:
        """How long to wait really for a time span of the world, at the present pace; never below zero."""
        return max(0.0, world_seconds / self._speed)

    def real_seconds_until(self, world_time: float) -> float:
        """How long to wait really until the world's clock shows that time; zero if it has passed."""
        return self.real_seconds(world_time - self.now())


def _checked(speed: float) -> float:
    """The speed, unless it would stop time or turn it back."""
    if not 0 < speed < float("inf"):
        raise ValueError(f"speed is {speed}; give a number above 0, such as 30")
    return speed
