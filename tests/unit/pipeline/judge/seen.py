"""A small language for what was seen of a rollout."""

from collections.abc import Sequence

from pipeline.judge.observed import BIN_SECONDS, Bin, Counts, Symptom
from pipeline.judge.policy import Policy

E = Symptom.ERRORS
ERRORS_ALONE = Policy(symptoms=(E,), ruled_out=(E,))


def counts(requests: int, bad: int = 0, symptom: Symptom = E) -> Counts:
    """`bad` of `requests`."""
    return Counts(requests, {symptom: bad} if bad else {})


def bins(*seen: tuple[Counts, Counts], weight: float = 0.1) -> Sequence[Bin]:
    """Bins one after the other, each of what the canary answered and what the stable version did."""
    return [Bin(float(n * BIN_SECONDS), ours, theirs, weight) for n, (ours, theirs) in enumerate(seen)]
