"""The test: at the same time, does the new version fail more often than the old one? It may be asked at any moment.

In a bin the new version (canary) answers a share p of all requests. If both fail equally often, each of the N bad
requests was the canary's with probability p, whatever the common rate is: an incident that both share says nothing. If
the canary fails r times as often, it was the canary's with probability r·p / (1 - p + r·p). The ratio of both, over all
bins, with x of the bad requests the canary's, is the product of

    r^x / (1 - p + r·p)^N

and `evidence` is its mean over the ratios `RATIOS`. Under equal rates its expectation is at most 1 at every moment, so
by Ville's inequality it ever reaches 1/alpha with a probability of at most alpha (Ville 1939; Wald 1945; Robbins 1970;
"always valid" in Johari, Pekelis and Walsh 2015). Looking often therefore costs nothing.

**What that takes:** that a bad request falls on either version by the share alone, one by one. It does not where faults
cluster: a function's environment that falls ill by itself fails every request until it ends, and a tenth of the
traffic may be a single environment. Then N counts requests and not illnesses, and a good version is convicted more
often than alpha; so the evidence is divided by how many failures come together (`clustering`), as far as the hour
before the shift tells. The bound holds for one function in one rollout; over many functions it adds up. A version less
than about 1.4 times as bad as the other is seldom seen, however many requests there are: no ratio below 2 is mixed in.

Two things make it careful. Where requests are many and often bad, the canary's part of N varies less than the binomial
does (it is hypergeometric), so that the bound holds all the more. And in a bin in which traffic shifts, bad requests
may lie behind the step and good ones before it: so p is never taken as less than the weight that the canary was given,
and a bin in which it had a weight and answered nobody counts for it.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.judge.observed import Bin, Symptom

RATIOS = (2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 40.0, 80.0, 200.0)
"""How many times as often the canary may be failing: from what takes thousands of requests to what takes five."""

_LOGARITHMS = tuple(math.log(ratio) for ratio in RATIOS)
NOTHING = (0.0,) * len(RATIOS)


@dataclass(frozen=True)
class Weighed:
    """The logarithms of the products so far, one for each of `RATIOS`. Begins with nothing known."""

    products: tuple[float, ...] = NOTHING

    def and_then(self, canary_bad: int, all_bad: int, share: float) -> "Weighed":
        """With one more bin: `canary_bad` of its `all_bad` bad requests were the canary's, which answered `share`.

        A bin without a bad request, or in which one version alone answered, says nothing.
        """
        if not all_bad or not 0.0 < share < 1.0:
            return self
        return Weighed(
            tuple(
                product + canary_bad * logarithm - all_bad * math.log1p((ratio - 1.0) * share)
                for product, logarithm, ratio in zip(self.products, _LOGARITHMS, RATIOS, strict=True)
            )
        )

    @property
    def log_evidence(self) -> float:
        """The logarithm of the mean of the products: 0 says nothing, above it the canary is worse."""
        highest = max(self.products)
        return highest + math.log(sum(math.exp(product - highest) for product in self.products) / len(self.products))


@dataclass(frozen=True)
class Test:
    """The test of one symptom: everything weighed so far."""

    symptom: Symptom
    weighed: Weighed = field(default_factory=Weighed)

    def and_then(self, seen: Bin) -> "Test":
        """With one more bin; one that the stable version answered nothing of says nothing."""
        if not seen.stable.requests:
            return self
        ours, theirs = seen.canary.of(self.symptom), seen.stable.of(self.symptom)
        return Test(self.symptom, self.weighed.and_then(ours, ours + theirs, max(seen.share, seen.weight)))


def weigh(bins: Iterable[Bin], symptom: Symptom) -> Weighed:
    """All of `bins`, which are in the order of time."""
    test = Test(symptom)
    for seen in bins:
        test = test.and_then(seen)
    return test.weighed


def convicts(log_evidence: float, alpha: float) -> bool:
    """Whether the evidence reaches 1/alpha."""
    return log_evidence >= -math.log(alpha)


def split(alpha: float, symptoms: Iterable[Symptom]) -> Mapping[Symptom, float]:
    """`alpha` in equal parts: that any of them convicts a good version has a probability of `alpha` at most."""
    asked = tuple(symptoms)
    return {symptom: alpha / len(asked) for symptom in asked}
