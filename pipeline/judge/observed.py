"""What was seen of a rollout: how many requests each version answered, and how many of those were bad, bin by bin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

BIN_SECONDS = 10
"""What a bin lasts: as fine as CloudWatch keeps metrics for alarms of less than a minute (a period of 10 s)."""
MINUTE_SECONDS = 60
"""What a bin of Lambda's own counts lasts: it sends them in intervals of a minute (Lambda developer guide, "Monitoring
Lambda functions")."""


class Symptom(StrEnum):
    """What may be bad about a request.

    `ERRORS`: the invocation ended in an error, a timeout, or without memory (AWS/Lambda Errors). `SERVER_ERRORS`: it
    was answered with 500 or above, which is a success to Lambda. `SLOW`: it took longer than the function's limit.
    `REFUSED`: it was answered with 400 to 499, as it is when a version no longer understands what callers send.
    """

    ERRORS = "errors"
    SERVER_ERRORS = "server-errors"
    SLOW = "slow"
    REFUSED = "refused"


@dataclass(frozen=True)
class Counts:
    """What one version answered in a bin: `requests`, and of those the bad ones by symptom (none is 0)."""

    requests: int = 0
    bad: Mapping[Symptom, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.requests < 0 or any(not 0 <= count <= self.requests for count in self.bad.values()):
            raise ValueError(f"{self.requests} requests, of which {dict(self.bad)} were bad: no such count can be")

    def of(self, symptom: Symptom) -> int:
        """How many requests had this symptom."""
        return self.bad.get(symptom, 0)


@dataclass(frozen=True)
class Bin:
    """Both versions at the same time, from `at` on, in seconds since traffic began to shift.

    `weight` is the largest part of the traffic (0 to 1) that the new version was meant to have at any moment of it.
    """

    at: float
    canary: Counts
    stable: Counts
    weight: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.weight <= 1.0:
            raise ValueError(f"a weight of {self.weight}: it is a part of the traffic, 0 to 1")

    @property
    def share(self) -> float:
        """The part of this bin's requests that the new version answered; 0 where nobody asked."""
        asked = self.canary.requests + self.stable.requests
        return self.canary.requests / asked if asked else 0.0
