"""Bins as whole minutes, which is how often other judges look."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.judge.observed import Bin, Symptom

MINUTE = 60.0


@dataclass(frozen=True)
class Minute:
    """What both versions answered in the minute that ends at `until`, in seconds since traffic began to shift.

    `thrown` are invocations that ended in an error, all that Lambda counts; `failed` are these and the answers of 500
    and above, all that a mesh sees; `slow` took too long.
    """

    until: float
    canary_requests: int = 0
    canary_thrown: int = 0
    canary_failed: int = 0
    canary_slow: int = 0
    stable_requests: int = 0
    stable_thrown: int = 0
    stable_failed: int = 0
    stable_slow: int = 0

    @property
    def thrown(self) -> int:
        """Of both versions."""
        return self.canary_thrown + self.stable_thrown

    @property
    def requests(self) -> int:
        """Of both versions."""
        return self.canary_requests + self.stable_requests


def whole_minutes(bins: Sequence[Bin], bin_seconds: float) -> tuple[Minute, ...]:
    """The minutes that are over at the end of the last bin, from the first on; one without a bin is empty.

    What was seen before traffic began to shift belongs to none.
    """
    if not bins:
        return ()
    count = max(0, int((bins[-1].at + bin_seconds) // MINUTE))
    rows = [[0] * 8 for _ in range(count)]
    for seen in bins:
        which = int(seen.at // MINUTE)
        if 0 <= which < count:
            rows[which] = [had + more for had, more in zip(rows[which], _row(seen), strict=True)]
    return tuple(Minute((which + 1) * MINUTE, *row) for which, row in enumerate(rows))


def _row(seen: Bin) -> tuple[int, ...]:
    told: list[int] = []
    for counts in (seen.canary, seen.stable):
        thrown = counts.of(Symptom.ERRORS)
        failed = min(counts.requests, thrown + counts.of(Symptom.SERVER_ERRORS))
        told += [counts.requests, thrown, failed, counts.of(Symptom.SLOW)]
    return tuple(told)
