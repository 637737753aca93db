"""What a canary could see: how rare a fault may be and still show, by the requests that the new version answered.

Every request is taken for a draw of its own that fails with the same probability (a binomial), which is so where the
fault does not depend on what went before.
"""

from collections.abc import Iterable

from pipeline.record.events import WatchedAlarm

PROBABILITY = 0.9
PERCENT = "%"
NO_ACCIDENT = 2
"""So many failed requests are no accident: over a limit in percent, they refuse a rollout also where no alarm fired."""
LET_PASS = 1.0
"""Percent of requests. Nothing fails in a rehearsal by itself, as it may on any day: what alarms leave to a judge, who
compares, a rehearsal does not let pass."""
_STEPS = 40


def let_pass(alarms: Iterable[WatchedAlarm]) -> float | None:
    """How many percent of a new version's requests may fail, as a rehearsal has it; None if no alarm is on a rate."""
    limits = [alarm.limit for alarm in alarms if alarm.unit == PERCENT]
    return min(LET_PASS, *limits) if limits else None


def smallest_seen(requests: int, failures: int, probability: float = PROBABILITY) -> float | None:
    """The smallest share (0 to 1) of failing requests that makes `failures` or more of `requests` this probable.

    None when there are fewer requests than that: then no fault would ever show.
    """
    if requests < failures:
        return None
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _at_least(failures, requests, middle) < probability:
            low = middle
        else:
            high = middle
    return high


def _at_least(failures: int, requests: int, share: float) -> float:
    """The probability of so many failed requests or more, in the recurrence of the binomial's terms."""
    if share >= 1:
        return 1.0
    term = (1 - share) ** requests
    fewer = 0.0
    for count in range(failures):
        fewer += term
        term *= (requests - count) / (count + 1) * share / (1 - share)
    return 1 - fewer
