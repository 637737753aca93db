"""How many bad requests come of one fault, as the stable version's own history tells.

The test takes each bad request for a witness of its own. An environment that falls ill fails every request until it
ends: those are one fault's, and a hundred of them say no more than one does. How clustered a function's failures are
stands in what it did before: where they come one by one, the counts of minutes vary as chance makes them (a Poisson
distribution's variance is its mean), and where they come m at a time, m times as much. So the variance of the hour
before the shift, as a part of what chance explains (the index of dispersion; Fisher, Thornton and Mackenzie 1922), is
how many failures make a witness, and the evidence is divided by it. It is known before the first comparison, so the
bound of the test stays: a mean of at most 1, taken to a power below 1, has a mean of at most 1 (Jensen).

An incident in that hour looks the same, and makes the judge slower for an hour; not more than `MOST` makes it, so that
an outage is seen all the same.
"""

import math
from collections.abc import Iterable

BEFORE_SECONDS = 3600
"""How much of what was before the shift is looked at: environments live for an hour or so."""
LEAST_MINUTES, LEAST_BAD = 10, 10
"""With fewer of either, nothing is known, and failures are taken to come one by one."""
MOST = 32.0
"""The most that is divided by. An outage of a canary of a tenth then takes some 120 failed requests to convict."""
CHANCE = 3.0
"""Deviations of chance above 1 that are still taken for 1."""


def clustering(minutes: Iterable[tuple[int, int]]) -> float:
    """How many bad requests come of one fault, from 1 to `MOST`; `minutes` are pairs of requests, and bad ones of them.

    1 where that is not known, or where it may be chance.
    """
    seen = [(requests, bad) for requests, bad in minutes if requests]
    all_bad, count = sum(bad for _, bad in seen), len(seen)
    if count < LEAST_MINUTES or all_bad < LEAST_BAD:
        return 1.0
    part = all_bad / sum(requests for requests, _ in seen)
    varied = sum((bad - part * requests) ** 2 / (part * requests) for requests, bad in seen) / (count - 1)
    by_chance = CHANCE * math.sqrt((2.0 + count / all_bad) / count)
    return min(MOST, varied) if varied > 1.0 + by_chance else 1.0
