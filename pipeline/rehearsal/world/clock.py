"""The world's one clock: it runs `speed` times faster than the wall, and is passed in wherever time is needed.

Waits and periods are compressed together; latencies and counts of requests stay real.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CompressedClock:
    """World time from a monotonic clock.

    `speed` is world seconds per real second, `monotonic` returns real seconds that never run back
    (`time.monotonic`), `epoch` is the world's time, in seconds since 1970, at the moment this clock is made.
    """

    speed: float
    monotonic: Callable[[], float]
    epoch: float
    started: float = field(init=False)

    def __post_init__(self) -> None:
        """Start the clock; refuse a speed that would stop time or turn it back."""
        if not 0 < self.speed < float("inf"):
            raise ValueError(f"speed is {self.speed}; give a number above 0, such as 30")
        object.__setattr__(self, "started", self.monotonic())

    def now(self) -> float:
        """The time in the world: seconds since the epoch."""
        return self.epoch + self.world_seconds(self.monotonic() - self.started)

    def world_seconds(self, real_seconds: float) -> float:
        """How long the world takes for a real time span."""
        return real_seconds * self.speed

    def real_seconds(self, world_seconds: float) -> float:
        """How long to wait really for a time span of the world; never below zero."""
        return max(0.0, world_seconds / self.speed)

    def real_seconds_until(self, world_time: float) -> float:
        """How long to wait really until the world's clock shows that time; zero if it has passed."""
        return self.real_seconds(world_time - self.now())
