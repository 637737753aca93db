"""How fast the world may run while rollouts shift: no faster than their new versions get requests to be judged by.

Production asks a canary thousands of questions in five minutes; this machine asks a few hundred in the ten seconds
that are left of them, and fewer when it is busy with something else. So the clock slows down, to a quarter at most,
while a new version would reach its last shift with fewer than `WANTED` requests.
"""

from collections.abc import Iterable
from dataclasses import dataclass

WANTED = 40
"""Of so many, a fault in every fifth is seen three times, which is what alarms here wait for, in 99 of 100 runs."""
SLOWEST = 0.25
"""Of the speed that was asked for: what waits for more than that waits in vain."""


@dataclass(frozen=True)
class Progress:
    """A rollout that shifts: what its new version has answered, how many requests a second come to both versions, and
    how many seconds of the world are left until the new one has all of them, each counted by the share that it gets
    then (`share_left`)."""

    requests: int
    per_second: float
    left_s: float


def pace(top: float, rollouts: Iterable[Progress]) -> float:
    """World seconds per real second: `top`, or less for the sake of the rollout that has the fewest requests."""
    wished = min((_wished(each, top) for each in rollouts), default=top)
    return max(top * SLOWEST, min(top, wished))


def _wished(rollout: Progress, top: float) -> float:
    missing = WANTED - rollout.requests
    if missing <= 0:
        return top
    return rollout.left_s * rollout.per_second / missing
