"""What a judge can see of a rollout before there is one: how bad a version must be, how soon it shows, what it costs.

The test is put to `RUNS` made-up rollouts in which requests come as a Poisson process, an alias sends each to the new
version with the probability of its weight, and each is bad by chance. Nothing is drawn: the runs are the points of a
rank-1 lattice (Korobov 1959; Sloan and Joe, "Lattice Methods for Multiple Integration", 1994), in which every count of
every bin goes through its whole distribution in equal steps. So the same question has the same answer always. Against
20,000 drawn runs each, at 0.5 to 200 requests a second and both ways of shifting, probabilities were off by less than
a point in the mean square and by two at most; the tests hold them to three.

Within a run a worse version has, bin by bin, no fewer bad requests than a better one, and another bad request of the
canary's only adds evidence. So what is seen at one rate is seen at every higher one, and few runs are looked at twice.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import accumulate, pairwise
from operator import add
from typing import Any, NamedTuple

from pipeline.judge.health import rules_out
from pipeline.judge.observed import BIN_SECONDS
from pipeline.judge.policy import Policy
from pipeline.judge.sequential import RATIOS

RUNS = 1009
"""Rollouts that are made up: a prime, so that every step through the lattice comes by every point."""

DELAY_SECONDS = 30.0
"""From the end of the bin that convicts until all traffic is back: metric, alarm and shift together. An assumption."""

SURE = 0.9
"""The probability with which a rate is called seen."""

SELDOM = 0.05
"""What is seen in fewer runs than this has no typical moment."""

_LOGARITHMS = tuple(math.log(ratio) for ratio in RATIOS)
_NOTHING = (0.0,) * len(RATIOS)
_FINE = 64
_DIGITS = 3  # of a share: what was weighed of one serves for all that are as good as equal
_ROOT = 2_147_483_629, 1_073_741_827  # a prime, and what is multiplied by: where the lattice's steps come from

type Ends = Mapping[int, float]
"""By run, the seconds at which it is convicted; a run that never is, is not there."""


@dataclass(frozen=True)
class Shift:
    """How traffic moves: `steps` of (seconds since it began to, the part 0 to 1 that the new version has from then on).

    They stand in the order of time, begin at 0 and end with all traffic; none lies within a bin.
    """

    steps: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if not self.steps or self.steps[0][0] != 0.0 or self.steps[-1][1] != 1.0:
            raise ValueError("a shift begins at 0 seconds and ends with all traffic, a part of 1")
        if any(later[0] <= earlier[0] for earlier, later in pairwise(self.steps)):
            raise ValueError("the steps of a shift are in the order of time")
        if any(after % BIN_SECONDS for after, _ in self.steps):
            raise ValueError(f"a step of a shift lies within a bin of {BIN_SECONDS} s")

    @property
    def seconds(self) -> float:
        """How long both versions answer."""
        return self.steps[-1][0]

    @cached_property
    def weights(self) -> tuple[float, ...]:
        """The new version's part in each bin of the shift."""
        return tuple(
            weight
            for (after, weight), (until, _) in pairwise(self.steps)
            for _ in range(round((until - after) / BIN_SECONDS))
        )

    def share(self, since: float, until: float) -> float:
        """The seconds from `since` to `until`, each counted by the new version's part; after the end all is its own."""
        ends = [*(after for after, _ in self.steps[1:]), math.inf]
        return sum(
            weight * max(0.0, min(until, end) - max(since, after))
            for (after, weight), end in zip(self.steps, ends, strict=True)
        )


@dataclass(frozen=True)
class Seen:
    """What becomes of a version of which the part `rate` (0 to 1) of its requests is bad.

    It is convicted before the shift ends with `probability`. `seconds` until all traffic is back, and `failed`, the bad
    requests that it answers until then, are medians over the runs that convict it; None where hardly any does. `unseen`
    bad requests are expected of it in a shift in which nobody notices; after that, all requests are its own.
    """

    rate: float
    probability: float
    seconds: float | None
    failed: float | None
    unseen: float


@dataclass(frozen=True)
class Sight:
    """What can be seen of a rollout.

    `requests` are expected to go to the canary during the shift, and `fewest` to `most` in a bin, as its weight is.
    `smallest` is the lowest part of bad requests (0 to 1) that is convicted with the probability `SURE`; None where not
    even a total outage is. `passes` is the probability that a version as good as the stable one has, by the end, ruled
    out what the policy tolerates, and `nobody` that no request comes to it at all.
    """

    requests: float
    fewest: float
    most: float
    smallest: float | None
    seen: tuple[Seen, ...]
    passes: float
    nobody: float


def sight(shift: Shift, rps: float, baseline: float, policy: Policy, rates: Sequence[float]) -> Sight:
    """What `policy` sees at `rps` requests a second to both versions, of which `baseline` (0 to 1) are bad anyway.

    Each of `rates` (above 0, 1 at most) is asked about. A bad request has one symptom, so one part of the policy's
    alpha convicts. ValueError if nothing could be compared: no requests, or a shift of all at once.
    """
    if not (0.0 < rps < math.inf and 0.0 <= baseline < 1.0 and shift.weights):
        raise ValueError(f"{rps} requests a second, {baseline} of them bad, in {shift.seconds:g} s: nothing to compare")
    if not all(0.0 < rate <= 1.0 for rate in rates):
        raise ValueError(f"rates of {rates}: they lie above 0 and are 1 at most")
    runs = Runs(shift, rps, baseline, policy.alpha / len(policy.symptoms))
    found: dict[float, Ends] = {}
    asked: Sequence[int] = range(RUNS)
    for rate in sorted({*rates, 1.0}, reverse=True):
        found[rate] = runs.convicted(rate, asked)
        asked = tuple(found[rate])
    each = [rps * BIN_SECONDS * weight for weight in shift.weights]
    return Sight(
        requests=sum(each),
        fewest=min(each),
        most=max(each),
        smallest=_smallest(runs, found, baseline),
        seen=tuple(_seen(runs, rate, found[rate]) for rate in rates),
        passes=runs.passing(policy),
        nobody=math.exp(-sum(each)),
    )


def _smallest(runs: "Runs", found: Mapping[float, Ends], baseline: float) -> float | None:
    """The least rate that is convicted in `SURE` of the runs, to a fiftieth of itself; `found` holds some, and 1."""
    enough = SURE * RUNS
    if len(found[1.0]) < enough:
        return None
    high = min(rate for rate, ends in found.items() if len(ends) >= enough)
    low = max([high / 1000.0, *(rate for rate in (baseline, *found) if rate < high)])
    never, always = frozenset(range(RUNS)).difference(found[high]), frozenset(found.get(low, ()))
    while high > low * 1.02:
        middle = math.sqrt(low * high)
        open_still = [run for run in range(RUNS) if run not in never and run not in always]
        ends = always.union(runs.convicted(middle, open_still))
        if len(ends) >= enough:
            high, never = middle, never.union(open_still).difference(ends)
        else:
            low, always = middle, ends
    return high


def _seen(runs: "Runs", rate: float, ends: Ends) -> Seen:
    shift, often = runs.shift, len(ends) >= SELDOM * RUNS
    back = [ended + DELAY_SECONDS for ended in ends.values()]
    failed = [
        runs.bad(run, rate, ended) + rate * runs.rps * shift.share(ended, ended + DELAY_SECONDS)
        for run, ended in ends.items()
    ]
    return Seen(
        rate=rate,
        probability=len(ends) / RUNS,
        seconds=_median(back) if often else None,
        failed=_median(failed) if often else None,
        unseen=rate * runs.rps * shift.share(0.0, shift.seconds),
    )


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


class _Met(NamedTuple):
    """One bin of one run: when it ends (seconds), what the canary answered, and what is bad of the stable version's.

    `near` is about how many `requests` are, since many share a distribution with almost as many. `place` (0 to 1) is
    where the canary's own bad requests stand in it. The canary's `share` is None where it alone answered, and nothing
    is compared.
    """

    ends: float
    requests: int
    near: int
    stable_bad: int
    place: float
    share: float | None


class Runs:
    """Made-up rollouts of one shift, at one rate of requests. `alpha` convicts."""

    def __init__(self, shift: Shift, rps: float, baseline: float, alpha: float) -> None:
        self.shift, self.rps, self.baseline = shift, rps, baseline
        self._needed = -math.log(alpha)
        self._steps: dict[tuple[float, int, int], Sequence[float]] = {}
        self._known: dict[float, dict[int, Counts]] = {}
        columns, every = _columns(), cache(_every)
        bins = []
        for number, weight in enumerate(shift.weights):
            ours, theirs = (rps * BIN_SECONDS * part for part in (weight, 1.0 - weight))
            counts = [every(mean) for mean in (ours, theirs * baseline, theirs * (1.0 - baseline))]
            met = zip(*(next(columns)(values) for values in (*counts, _PARTS)), strict=True)
            bins.append([_bin((number + 1.0) * BIN_SECONDS, weight, *one) for one in met])
        self.met = tuple(tuple(filter(None, run)) for run in zip(*bins, strict=True))
        self.luck = next(columns)(_PARTS)
        """Where each run stands in the distribution of a healthy canary's bad requests, 0 to 1."""

    def convicted(self, rate: float, asked: Iterable[int]) -> Ends:
        """When each of the runs that are `asked` convicts a canary of which `rate` is bad."""
        ends = ((run, self._convicted(self.met[run], rate)) for run in asked)
        return {run: ended for run, ended in ends if ended is not None}

    def _convicted(self, run: Sequence[_Met], rate: float) -> float | None:
        """As `sequential.Test` would say, bin by bin: a test holds it to that. It is asked a million times."""
        known, steps, needed = self._known.setdefault(rate, {}), self._steps, self._needed
        products: Sequence[float] = _NOTHING
        for ends, requests, near, stable_bad, place, share in run:
            if share is None:
                continue
            counts = known.get(near) or known.setdefault(near, _binomial(near, rate))
            ours = counts[0] + bisect_left(counts[1], place) if rate < 1.0 else requests
            if not (both := ours + stable_bad):
                continue
            step = steps.get((share, ours, both)) or steps.setdefault((share, ours, both), _step(share, ours, both))
            products = list(map(add, products, step))
            # Their mean is at most the highest of them, so that most bins need no more than a look at that.
            if ours and (highest := max(products)) >= needed:
                mean = sum([math.exp(product - highest) for product in products]) / len(products)
                if highest + math.log(mean) >= needed:
                    return ends
        return None

    def bad(self, run: int, rate: float, until: float) -> int:
        """How many requests a canary of which `rate` is bad has failed in a run by `until`, in seconds."""
        return sum(self._bad(met.requests, rate, met.place) for met in self.met[run] if met.ends <= until)

    def passing(self, policy: Policy) -> float:
        """In which part of the runs (0 to 1) a canary as good as the stable version rules out what is tolerated."""
        passed = 0
        for run, place in zip(self.met, self.luck, strict=True):
            requests = sum(met.requests for met in run)
            bad = self._bad(requests, self.baseline, place)
            passed += rules_out(requests, bad, policy.tolerated, policy.doubt)
        return passed / RUNS

    def _bad(self, requests: int, rate: float, place: float) -> int:
        if rate == 1.0:
            return requests
        known, near = self._known.setdefault(rate, {}), _near(requests)
        least, upto = known.get(near) or known.setdefault(near, _binomial(near, rate))
        return least + bisect_left(upto, place)


def _bin(ends: float, weight: float, requests: int, bad: int, good: int, place: float) -> _Met | None:
    """None where nobody asked the canary and nothing else failed: nothing is known of it, then."""
    if not requests and not bad:
        return None
    stable = bad + good
    share = max(weight, round(requests / (requests + stable), _DIGITS)) if stable else None
    return _Met(ends, requests, _near(requests), bad, place, share)


def _near(requests: int) -> int:
    """As many, or up to a 64th fewer, which is far below chance."""
    return requests if requests < 2 * _FINE else requests - requests % (requests // _FINE)


def _step(share: float, ours: int, both: int) -> Sequence[float]:
    """What a bin adds to the products' logarithms, as in `sequential.Weighed.and_then`."""
    return [
        ours * logarithm - both * math.log1p((ratio - 1.0) * share)
        for logarithm, ratio in zip(_LOGARITHMS, RATIOS, strict=True)
    ]


_PARTS = tuple((place + 0.5) / RUNS for place in range(RUNS))
"""The middle of each of `RUNS` equal parts of what may be."""


def _columns() -> Iterator[Callable[[Sequence[Any]], list[Any]]]:
    """For one count after the other, what puts its `RUNS` values to the runs, each once."""
    modulus, factor = _ROOT
    power = 1
    while True:
        power = power * factor % modulus
        order = range(power // RUNS % RUNS, modulus * RUNS, power % (RUNS - 1) + 1)[:RUNS]
        yield partial(_column, order)


def _column(order: Sequence[int], values: Sequence[Any]) -> list[Any]:
    return [values[place % RUNS] for place in order]


class Counts(NamedTuple):
    """A distribution of counts: the probability of `least` or fewer, of one more, and so on."""

    least: int
    upto: Sequence[float]


def _every(mean: float) -> Sequence[int]:
    """The counts of a Poisson distribution in the middle of each of `RUNS` equal parts."""
    counts = _poisson(mean)
    return [counts.least + bisect_left(counts.upto, part) for part in _PARTS]


def _poisson(mean: float) -> Counts:
    """Requests that come at random, `mean` of them."""
    return _counts(mean, mean, None, lambda count: mean / (count + 1))


def _binomial(requests: int, chance: float) -> Counts:
    """How many of `requests` are bad, each with this chance (0 to 1)."""
    if chance == 1.0:
        return Counts(requests, (1.0,))
    mean, odds = requests * chance, chance / (1.0 - chance)
    return _counts(mean, mean * (1.0 - chance), requests, lambda count: (requests - count) / (count + 1) * odds)


def _counts(mean: float, variance: float, most: int | None, next_to: Callable[[int], float]) -> Counts:
    """What lies within six deviations of the mean, from how probable `count + 1` is in parts of `count`."""
    if mean == 0.0:
        return Counts(0, (1.0,))
    reach = 6.0 * math.sqrt(variance) + 6.0
    middle, least, last = int(mean), max(0, int(mean - reach)), int(mean + reach)
    last = last if most is None else min(most, last)
    above = accumulate(range(middle, last), lambda chance, count: chance * next_to(count), initial=1.0)
    below = list(
        accumulate(range(middle - 1, least - 1, -1), lambda chance, count: chance / next_to(count), initial=1.0)
    )
    chances = [*below[:0:-1], *above]
    total = math.fsum(chances)
    return Counts(least, list(accumulate(chance / total for chance in chances)))
