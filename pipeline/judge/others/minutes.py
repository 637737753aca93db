"""Bins as whole minutes, which is how often other judges look."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.judge.observed import Bin, Counts, Symptom

MINUTE = 60.0
FIELDS = 8

_ERRORS, _SERVER_ERRORS, _SLOW = Symptom.ERRORS, Symptom.SERVER_ERRORS, Symptom.SLOW


@dataclass(frozen=True, slots=True)
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


def whole_minutes(bins: Sequence[Bin], bin_seconds: float, before: int = 0) -> tuple[Minute, ...]:
    """The minutes that are over at the end of the last bin, in the order of time; one without a bin is empty.

    They begin with the shift. Of what was seen earlier, up to `before` minutes come first, none before the first bin.
    Bins in a tuple are added up once for all judges that ask for them in a row.
    """
    if not bins:
        return ()
    return (_remembered if isinstance(bins, tuple) else _added_up)(_Same(bins), bin_seconds, before)


class _Same:
    """Bins that equal themselves alone: what is remembered of them is found without comparing them."""

    def __init__(self, bins: Sequence[Bin]) -> None:
        self.bins = bins

    def __hash__(self) -> int:
        return id(self.bins)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.bins is self.bins


def _added_up(same: _Same, bin_seconds: float, before: int) -> tuple[Minute, ...]:
    bins = same.bins
    first = max(-before, min(0, int(bins[0].at // MINUTE)))
    count = max(0, int((bins[-1].at + bin_seconds) // MINUTE) - first)
    rows = [[0] * FIELDS for _ in range(count)]
    for seen in bins:
        which = int(seen.at // MINUTE) - first
        if 0 <= which < count:
            _add(rows[which], 0, seen.canary)
            _add(rows[which], FIELDS // 2, seen.stable)
    return tuple(Minute((first + which + 1) * MINUTE, *row) for which, row in enumerate(rows))


_remembered = lru_cache(maxsize=4)(_added_up)


def _add(row: list[int], at: int, counts: Counts) -> None:
    thrown = answered = slow = 0
    # A symptom's hash is computed in Python: to look all of them up takes longer than to walk the few that are there.
    for symptom, count in counts.bad.items():
        if symptom is _ERRORS:
            thrown = count
        elif symptom is _SERVER_ERRORS:
            answered = count
        elif symptom is _SLOW:
            slow = count
    row[at] += counts.requests
    row[at + 1] += thrown
    row[at + 2] += min(counts.requests, thrown + answered)
    row[at + 3] += slow
