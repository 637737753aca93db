"""The interval of a shift in location by Mann and Whitney's test, as R's `wilcox.test(exact = FALSE)` has it. Pure.

Of the values, moved by a candidate for the shift, the statistic U counts the pairs in which the first is the larger. It
is taken as normal, with its variance less where values are tied, and corrected for continuity by a half (Hollander and
Wolfe, "Nonparametric Statistical Methods", chapter 4; R's default for conf.int with ties; spinnaker/kayenta,
MannWhitney.scala). The interval holds the candidates that the test does not reject.

R and Kayenta look for its ends by bisection, to 1e-4. But U only changes at the differences of two values, so each end
is one of these, and is counted out here. The estimate is the differences' median (Hodges and Lehmann 1963); where the
statistic is 0 on a stretch, R and Kayenta may stop anywhere on it.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist


@dataclass(frozen=True)
class Shift:
    """How much larger the first values are: the `differences` of all pairs, in order, and the `spread` of U."""

    differences: Sequence[float]
    spread: float

    @property
    def estimate(self) -> float:
        """The differences' median."""
        pairs = len(self.differences)
        return (self.differences[(pairs - 1) // 2] + self.differences[pairs // 2]) / 2

    def lower(self, confidence: float) -> float:
        """The lower end of the interval that holds the shift with `confidence` (0 to 1), two-sided.

        With so few values that the confidence cannot be reached it is the smallest difference, as in R, which warns of
        it.
        """
        pairs = len(self.differences)
        most = math.floor(pairs / 2 + _quantile((1 + confidence) / 2) * self.spread + 0.5)
        return self.differences[max(0, pairs - 1 - most)]


def shift(ours: Sequence[float], theirs: Sequence[float]) -> Shift:
    """By how much `ours` lie above `theirs`.

    ValueError if either is empty, or if each is one value only, be it many times: moved onto each other, all are tied.
    """
    if not ours or not theirs:
        raise ValueError("a shift between nothing and something is not defined")
    if len(set(ours)) == len(set(theirs)) == 1:
        raise ValueError(f"no interval can be had where all of ours are {ours[0]} and all of theirs {theirs[0]}")
    differences = sorted([one - other for one in ours for other in theirs])
    return Shift(differences, _spread(ours, theirs))


def _spread(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The standard deviation of U. Values of both sides are tied at single candidates only, which decide nothing."""
    both = len(ours) + len(theirs)
    ties = sum(count**3 - count for values in (ours, theirs) for count in Counter(values).values())
    return math.sqrt(len(ours) * len(theirs) / 12 * (both + 1 - ties / (both * (both - 1))))


@cache
def _quantile(part: float) -> float:
    return NormalDist().inv_cdf(part)
