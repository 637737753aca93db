"""How much a canary that was not convicted has shown: which rate of bad requests can be ruled out?

Not being convicted is no proof of health: a version that three requests came to has hardly been tried. So the other way
round is asked, too, of the canary's own requests alone: if it were bad in a part `tolerated` of them or more, how much
less likely would it be to have seen as few bad ones as were seen? The ratio

    b^x (1-b)^(n-x) / q^x (1-q)^(n-x),    q = tolerated, b below it

is, for every rate of q or more, at most 1 in expectation at every moment; its mean over the `LOWER` rates b therefore
reaches 1/doubt, for a version that bad, with a probability of at most `doubt` (Wald's sequential test). With no bad
request at all it takes 159 requests to rule out 5 % with a doubt of one in a thousand, and 810 to rule out 1 %. A
version whose rate is close below `tolerated` takes ever more, and above nine tenths of it there are never enough.
"""

import math
from collections.abc import Iterable

from pipeline.judge.observed import Bin, Symptom

LOWER = (0.01, 0.1, 0.3, 0.6, 0.85)
"""The healthy rates that are held against `tolerated`, as parts of it."""


def log_health(requests: int, bad: int, tolerated: float) -> float:
    """The logarithm of the evidence that fewer than `tolerated` (0 to 1) of the requests are bad; 0 says nothing."""
    if not 0.0 < tolerated < 1.0:
        raise ValueError(f"a tolerated part of {tolerated}: it lies between 0 and 1")
    ratios = [_log_ratio(requests, bad, part * tolerated, tolerated) for part in LOWER]
    highest = max(ratios)
    return highest + math.log(sum(math.exp(ratio - highest) for ratio in ratios) / len(ratios))


def rules_out(requests: int, bad: int, tolerated: float, doubt: float) -> bool:
    """Whether so few bad ones of so many show that fewer than `tolerated` are bad, but for `doubt`."""
    return log_health(requests, bad, tolerated) >= -math.log(doubt)


def needed(tolerated: float, doubt: float) -> int:
    """How many requests without a bad one it takes to rule out `tolerated`."""
    most = 1
    while not rules_out(most, 0, tolerated, doubt):
        most *= 2
    least = most // 2
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if rules_out(middle, 0, tolerated, doubt) else (middle, most)
    return most


def canary_s(bins: Iterable[Bin], symptom: Symptom) -> tuple[int, int]:
    """What the canary answered in all of `bins`, and how much of that was bad."""
    seen = [(one.canary.requests, one.canary.of(symptom)) for one in bins]
    return sum(requests for requests, _ in seen), sum(bad for _, bad in seen)


def _log_ratio(requests: int, bad: int, healthy: float, tolerated: float) -> float:
    good = requests - bad
    return bad * math.log(healthy / tolerated) + good * (math.log1p(-healthy) - math.log1p(-tolerated))
