"""The interval of a shift in location by Mann and Whitney's test, as R's `wilcox.test(conf.int = TRUE)` has it. Pure.

The differences of all pairs are put in order; which of them bound the interval follows from the distribution of U,
which is exact for few values without ties and approximately normal otherwise (Hollander and Wolfe, "Nonparametric
Statistical Methods", chapter 4). The estimate is the differences' median (Hodges and Lehmann 1963).
Where values are equal, R approximates; here the ordered differences are counted all the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist, median

FEW = 50
"""Below this many values on both sides the distribution is counted, as R does."""


@dataclass(frozen=True)
class Shift:
    """How much larger the first values are: the estimate, and an interval that holds it with the confidence asked."""

    estimate: float
    lower: float
    upper: float


def shift(ours: Sequence[float], theirs: Sequence[float], confidence: float) -> Shift:
    """By how much `ours` lie above `theirs`; ValueError if either is empty."""
    if not ours or not theirs:
        raise ValueError("a shift between nothing and something is not defined")
    differences = sorted(one - other for one in ours for other in theirs)
    outside = min(max(1, _outside(len(ours), len(theirs), (1 - confidence) / 2)), len(differences))
    return Shift(median(differences), differences[outside - 1], differences[-outside])


def _outside(ours: int, theirs: int, tail: float) -> int:
    """How many of the ordered differences lie outside on each side, with the bound itself."""
    if max(ours, theirs) < FEW:
        return quantile(ours, theirs, tail)
    spread = math.sqrt(ours * theirs * (ours + theirs + 1) / 12)
    return round(ours * theirs / 2 + NormalDist().inv_cdf(tail) * spread)


@cache
def quantile(ours: int, theirs: int, tail: float) -> int:
    """The smallest u with P(U <= u) >= `tail`, where both samples have the same distribution."""
    counts, below = _counts(ours, theirs), 0
    for u, count in enumerate(counts):
        below += count
        if below >= tail * math.comb(ours + theirs, ours):
            return u
    return len(counts) - 1


@cache
def _counts(ours: int, theirs: int) -> tuple[int, ...]:
    """In how many orders of all values U is 0, 1, 2, …: Mann and Whitney's recursion of 1947."""
    if ours == 0 or theirs == 0:
        return (1,)
    counts = [0] * (ours * theirs + 1)
    for u, count in enumerate(_counts(ours - 1, theirs)):
        counts[u + theirs] += count
    for u, count in enumerate(_counts(ours, theirs - 1)):
        counts[u] += count
    return tuple(counts)
