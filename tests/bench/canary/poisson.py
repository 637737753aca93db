"""The Poisson distribution: how many come in a while, if each comes by chance. The standard library has none."""

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate


@dataclass(frozen=True)
class Distribution:
    """Counts from `least` on: the probability of `least` or fewer, of one more, and so on up to 1."""

    least: int
    upto: tuple[float, ...]

    def draw(self, place: float) -> int:
        """The count that stands at `place` (0 to 1) of the distribution."""
        return self.least + bisect_left(self.upto, place)


def poisson(mean: float) -> Distribution:
    """The Poisson distribution of a mean, within ten deviations: what lies beyond is rarer than 1 in 10^15."""
    return _poisson(round(mean, 9))


@lru_cache(maxsize=8192)
def _poisson(mean: float) -> Distribution:
    reach = 10.0 * math.sqrt(mean) + 20.0
    middle, least = int(mean), max(0, int(mean - reach))
    above = accumulate(range(middle + 1, int(mean + reach)), lambda chance, count: chance * mean / count, initial=1.0)
    below = accumulate(range(middle, least, -1), lambda chance, count: chance * count / mean, initial=1.0)
    chances = [*list(below)[:0:-1], *above]
    total = math.fsum(chances)
    upto = accumulate(chance / total for chance in chances[:-1])
    return Distribution(least, (*upto, 1.0))
