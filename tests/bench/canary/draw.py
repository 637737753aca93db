"""Makes up a run: how many requests each version answers in each bin, and how many of those are bad, in what way.

Requests come as a Poisson process, the alias sends each to the canary with the probability of its weight at the time,
and each has an outcome by chance. Such a process split at random is several processes that know nothing of each other,
so every count of every bin is drawn by itself from a Poisson distribution, whose mean is exact even where a step of the
plan or of the situation lies within a bin. That is the same as drawing requests one by one, and much faster.

Traffic begins to shift at any second within the first bin, as metrics have the clock's bins and deployments don't.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import batched, pairwise
from random import Random

from pipeline.judge.observed import BIN_SECONDS, MINUTE_SECONDS, Bin, Counts, Symptom
from tests.bench.canary.cells import Cell
from tests.bench.canary.plan import HOUR, Plan
from tests.bench.canary.poisson import Distribution, poisson
from tests.bench.canary.situation import SYMPTOMS, Mix, Outcome, Spell

type Means = Mapping[Outcome | None, float]
"""How many requests of each outcome are expected; None are those well answered."""
type Chances = Sequence[tuple[Outcome | None, Distribution]]
"""What is drawn of a version in a bin: a count for each outcome."""


@dataclass(frozen=True)
class Run:
    """What happened, in `bins` that were over before the shift was, in the order of time.

    Their times count from the beginning of the first bin; traffic began to shift `offset` seconds into it. `harmed` are
    the canary's requests that the situation counts as failed, bin by bin; the last of these ends with the shift.
    `before` are the minutes of the hour before, of the stable version alone.
    """

    bins: tuple[Bin, ...]
    harmed: tuple[int, ...]
    offset: int
    before: tuple[Bin, ...] = ()


HOURS = 64
"""So many hours before the shift are drawn of a cell, and its runs have one after the other of them."""
_MINUTE = MINUTE_SECONDS // BIN_SECONDS


def seed_of(seed: int, cell: str, number: int) -> int:
    """The seed of one run, from which it can be repeated alone."""
    return int.from_bytes(blake2b(f"{seed}/{cell}/{number}".encode(), digest_size=8).digest())


def draw(cell: Cell, seed: int, run: int) -> Run:
    """The run of this number; the same for the same arguments."""
    random = Random(seed_of(seed, cell.name, run))  # noqa: S311 - a simulation
    offset = random.randrange(BIN_SECONDS)
    chances = _by_chance(cell, offset, random) if cell.situation.by_chance else _always(cell, offset)
    bins, harmed = [], []
    for number, (canary, stable, weight) in enumerate(chances):
        ours, theirs = _outcomes(canary, random), _outcomes(stable, random)
        harmed.append(sum(ours.get(outcome, 0) for outcome in cell.situation.harm))
        bins.append(Bin(float(number * BIN_SECONDS), _counts(ours), _counts(theirs), weight))
    whole = int(offset + cell.plan.seconds) // BIN_SECONDS
    return Run(tuple(bins[:whole]), tuple(harmed), offset, _hour(cell, seed, run % HOURS))


@lru_cache(maxsize=2 * HOURS)
def _hour(cell: Cell, seed: int, number: int) -> tuple[Bin, ...]:
    """An hour before the shift, minute by minute."""
    random = Random(seed_of(seed, f"{cell.name}/before", number))  # noqa: S311 - a simulation
    spells = cell.situation.before(random, cell.rps)
    drawn = [_outcomes(_chances(stable), random) for _, stable, _ in expected(HOUR, spells, cell.rps, 0)]
    return tuple(
        Bin(MINUTE_SECONDS * n - HOUR.seconds, Counts(), _counts(_together(minute)))
        for n, minute in enumerate(batched(drawn, _MINUTE, strict=True))
    )


def _together(each: Sequence[Mapping[Outcome | None, int]]) -> Mapping[Outcome | None, int]:
    return {outcome: sum(one.get(outcome, 0) for one in each) for outcome in set().union(*each)}


def _by_chance(cell: Cell, offset: int, random: Random) -> Sequence[tuple[Chances, Chances, float]]:
    if not cell.plan.seconds:
        return ()  # all traffic has moved at once: no bin has both
    spells = cell.situation.spells(random, cell.plan, cell.rps)
    return [
        (_chances(canary), _chances(stable), weight)
        for canary, stable, weight in expected(cell.plan, spells, cell.rps, offset)
    ]


@lru_cache(maxsize=4 * BIN_SECONDS)
def _always(cell: Cell, offset: int) -> Sequence[tuple[Chances, Chances, float]]:
    return _by_chance(cell, offset, Random(0))  # noqa: S311 - of which nothing is asked


def _chances(means: Means) -> Chances:
    return tuple((outcome, poisson(mean)) for outcome, mean in means.items() if mean)


def _outcomes(chances: Chances, random: Random) -> Mapping[Outcome | None, int]:
    return {outcome: counts.draw(random.random()) for outcome, counts in chances}


def _counts(outcomes: Mapping[Outcome | None, int]) -> Counts:
    bad: dict[Symptom, int] = {}
    for outcome, count in outcomes.items():
        if outcome is not None and count:
            for symptom in SYMPTOMS[outcome]:
                bad[symptom] = bad.get(symptom, 0) + count
    return Counts(sum(outcomes.values()), bad)


def expected(plan: Plan, spells: Sequence[Spell], rps: float, offset: int) -> Sequence[tuple[Means, Means, float]]:
    """What is expected of the canary and of the stable version in each bin, and the canary's highest weight in it.

    The last bin ends with the shift. Before it began, the stable version alone answers, as in the first spell.
    """
    end = offset + plan.seconds
    bins = math.ceil(end / BIN_SECONDS)
    found: list[tuple[dict[Outcome | None, float], dict[Outcome | None, float]]] = [({}, {}) for _ in range(bins)]
    weights = [0.0] * bins
    for since, until, weight, spell in _pieces(plan, spells, offset, end):
        number = int(since // BIN_SECONDS)
        weights[number] = max(weights[number], weight)
        requests = (until - since) * rps * spell.asked
        for means, mix, part in zip(found[number], (spell.canary, spell.stable), (weight, 1.0 - weight), strict=True):
            _add(means, mix, requests * part)
    return [(canary, stable, weight) for (canary, stable), weight in zip(found, weights, strict=True)]


def _pieces(
    plan: Plan, spells: Sequence[Spell], offset: int, end: float
) -> Iterator[tuple[float, float, float, Spell]]:
    """Stretches of time in which nothing changes and no bin ends: since, until, weight and spell of each."""
    edges = {0.0, end, *map(float, range(0, math.ceil(end), BIN_SECONDS))}
    edges |= {offset + after for after, _ in plan.steps} | {offset + spell.since for spell in spells[1:]}
    coming, steps = list(spells), list(plan.steps)
    weight = 0.0
    for since, until in pairwise(sorted(edges)):
        while len(coming) > 1 and coming[0].until <= since - offset:
            coming.pop(0)
        while steps and steps[0][0] <= since - offset:
            weight = steps.pop(0)[1]
        yield since, until, weight, coming[0]


def _add(means: dict[Outcome | None, float], mix: Mix, requests: float) -> None:
    if requests <= 0.0:
        return
    well = requests
    for outcome, often in mix.items():
        means[outcome] = means.get(outcome, 0.0) + requests * often
        well -= requests * often
    means[None] = means.get(None, 0.0) + max(0.0, well)
