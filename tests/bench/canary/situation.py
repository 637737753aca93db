"""What may happen to a rollout: which requests come, and what each version makes of them, from one moment to the next.

Every request has one outcome. What is bad in both versions every day is the same everywhere: one request in fifty is
refused, one in two hundred is slow, and one in two hundred fails: thrown, or answered with 500 where the situation is
about that. Figures that a situation assumes besides stand with it, and are printed with the results.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from random import Random

from pipeline.judge.observed import Symptom
from tests.bench.canary.plan import CANARY, HOUR, Plan

type Mix = Mapping["Outcome", float]
"""What becomes of a request: the probability (0 to 1) of each outcome; what is left is well answered."""


class Outcome(StrEnum):
    """What is bad about a request. A `TIMEOUT` is an error to Lambda, and slow to who waits."""

    THROWN = "thrown"
    ANSWERED_500 = "answered-500"
    SLOW = "slow"
    REFUSED = "refused"
    TIMEOUT = "timeout"


SYMPTOMS: Mapping[Outcome, tuple[Symptom, ...]] = {
    Outcome.THROWN: (Symptom.ERRORS,),
    Outcome.ANSWERED_500: (Symptom.SERVER_ERRORS,),
    Outcome.SLOW: (Symptom.SLOW,),
    Outcome.REFUSED: (Symptom.REFUSED,),
    Outcome.TIMEOUT: (Symptom.ERRORS, Symptom.SLOW),
}
FAILED = (Outcome.THROWN, Outcome.ANSWERED_500, Outcome.TIMEOUT)
"""What callers were not given an answer for."""

BASELINE = 0.005
DAILY: Mix = {Outcome.SLOW: BASELINE, Outcome.REFUSED: 0.02}
THROWS: Mix = {**DAILY, Outcome.THROWN: BASELINE}
ANSWERS_500: Mix = {**DAILY, Outcome.ANSWERED_500: BASELINE}
NEVER_FAILS: Mix = DAILY

INCIDENT_SECONDS, INCIDENT = 60, 0.3
BURST_SECONDS, BURST_RPS, BURST_PART = 5, 2.0, 0.2
COLD_SECONDS, BUSY_SECONDS, COLD_TIMEOUT, WARMED = 5, 0.2, 0.1, 0.2
SICK_EVERY_SECONDS, SICK_SECONDS = 3_600.0, 20


@dataclass(frozen=True)
class Spell:
    """From `since` to `until` (seconds since traffic began to shift) both versions behave in one way.

    `asked` is how many requests come, as a part of those that come usually.
    """

    since: float
    until: float
    canary: Mix
    stable: Mix
    asked: float = 1.0


type Spells = Callable[[Random, Plan, float], Sequence[Spell]]
"""What happens in one run of a plan at so many requests a second, without gaps from 0 to the end of the shift."""


@dataclass(frozen=True)
class Situation:
    """`name` for a cell, `title` for a reader. A canary that is `good` must not be stopped.

    `harm` are the outcomes that are counted as failed requests; `rate` (0 to 1) of the canary's requests have one.
    `by_chance` says that its spells differ from run to run, and `always` that it was so before the shift, too; else the
    stable version had its usual day until then.
    """

    name: str
    title: str
    good: bool
    spells: Spells
    harm: tuple[Outcome, ...] = FAILED
    rate: float | None = None
    by_chance: bool = False
    always: bool = False

    def before(self, random: Random, rps: float) -> Sequence[Spell]:
        """What happens in the hour before the shift, to the stable version alone."""
        if self.always:
            return self.spells(random, HOUR, rps)
        usual = self.spells(random, CANARY, rps)[-1].stable
        return [Spell(0.0, HOUR.seconds, usual, usual)]


def healthy(name: str, title: str, daily: Mix) -> Situation:
    """Both versions are as they are every day."""
    return Situation(name, title, True, lambda _, plan, __: [Spell(0.0, plan.seconds, daily, daily)])


def bad(name: str, title: str, outcome: Outcome, rate: float, daily: Mix) -> Situation:
    """The canary has `outcome` in `rate` of its requests, from the first to the last."""
    part = f"{100 * rate:g}"
    others = {one: often * (1.0 - rate) for one, often in daily.items() if one is not outcome}
    mix = {**others, outcome: rate}
    return Situation(
        f"{name}-{part}",
        f"{title.format(part)}",
        False,
        lambda _, plan, __: [Spell(0.0, plan.seconds, mix, daily)],
        harm=(outcome,),
        rate=rate,
    )


def _incident(random: Random, plan: Plan, _: float) -> Sequence[Spell]:
    """30 % of the requests fail and as many are slow, in both, for a minute that begins at any second."""
    ill = {**THROWS, Outcome.THROWN: INCIDENT, Outcome.SLOW: INCIDENT}
    began = random.randrange(-INCIDENT_SECONDS + 1, max(1, round(plan.seconds)))
    return _interrupted(plan, [(began, began + INCIDENT_SECONDS)], THROWS, ill, 1.0)


def _poison(random: Random, plan: Plan, rps: float) -> Sequence[Spell]:
    """A caller whose every request fails in either version comes for 5 s, about once a minute."""
    more = max(BURST_RPS / rps, BURST_PART)
    mix = {one: often / (1.0 + more) for one, often in THROWS.items()}
    mix[Outcome.THROWN] += more / (1.0 + more)
    came: list[tuple[int, int]] = []
    at = round(random.expovariate(1.0 / 60.0))
    while at < plan.seconds:
        came.append((at, at + BURST_SECONDS))
        at += BURST_SECONDS + 1 + round(random.expovariate(1.0 / 60.0))
    return _interrupted(plan, came, THROWS, mix, 1.0 + more)


def _sick(random: Random, plan: Plan, rps: float) -> Sequence[Spell]:
    """Each environment of either version falls ill about once an hour, and fails all that it is asked for 20 s."""
    ill = [*_illnesses(random, plan, rps, canary=True), *_illnesses(random, plan, rps, canary=False)]
    edges = sorted({0.0, plan.seconds, *(min(at, plan.seconds) for since, until, _, _ in ill for at in (since, until))})
    return [
        Spell(since, until, _failing(ill, since, canary=True), _failing(ill, since, canary=False))
        for since, until in pairwise(edges)
    ]


def _illnesses(random: Random, plan: Plan, rps: float, *, canary: bool) -> Sequence[tuple[float, float, float, bool]]:
    """From when to when, and how large a part of the version's requests comes to the environment that is ill."""
    found: list[tuple[float, float, float, bool]] = []
    for (after, weight), (until, _) in pairwise(plan.steps):
        environments = 1 + int(rps * (weight if canary else 1.0 - weight) * BUSY_SECONDS)
        at = after + random.expovariate(environments / SICK_EVERY_SECONDS)
        while at < until:
            found.append((float(round(at)), float(round(at) + SICK_SECONDS), 1.0 / environments, canary))
            at += random.expovariate(environments / SICK_EVERY_SECONDS)
    return found


def _failing(ill: Sequence[tuple[float, float, float, bool]], at: float, *, canary: bool) -> Mix:
    part = min(1.0, sum(part for since, until, part, of in ill if since <= at < until and of is canary))
    mix = {one: often * (1.0 - part) for one, often in THROWS.items()}
    mix[Outcome.THROWN] += part
    return mix


def _interrupted(
    plan: Plan, times: Sequence[tuple[float, float]], usual: Mix, other: Mix, asked: float
) -> Sequence[Spell]:
    """Both versions are as usual, but from one moment to the other of each of `times`."""
    spells: list[Spell] = []
    at = 0.0
    for since, until in times:
        if since > at:
            spells.append(Spell(at, since, usual, usual))
        spells.append(Spell(max(at, since), min(until, plan.seconds), other, other, asked))
        at = min(until, plan.seconds)
    return [*spells, Spell(at, plan.seconds, usual, usual)]


def _cold(warmed: bool) -> Spells:
    """Each rise of the canary's weight starts environments; the first request of each is slow, or times out."""

    def spells(_: Random, plan: Plan, rps: float) -> Sequence[Spell]:
        found: list[Spell] = []
        for after, more in plan.rises:
            starts = (1.0 + more * rps * BUSY_SECONDS) * (WARMED if warmed else 1.0)
            part = min(1.0, starts / (plan.weight(after) * rps * COLD_SECONDS))
            mix = {one: often * (1.0 - part) for one, often in THROWS.items()}
            mix[Outcome.SLOW] += part * (1.0 - COLD_TIMEOUT)
            mix[Outcome.TIMEOUT] = part * COLD_TIMEOUT
            at = found[-1].until if found else 0.0
            usual = [Spell(at, after, THROWS, THROWS)] if after > at else []
            found += [*usual, Spell(after, after + COLD_SECONDS, mix, THROWS)]
        return [*found, Spell(found[-1].until if found else 0.0, plan.seconds, THROWS, THROWS)]

    return spells


def _dies(mix: Mix) -> Spells:
    """Half-way, the last request comes."""
    return lambda _, plan, __: [
        Spell(0.0, plan.seconds / 2, mix, THROWS),
        Spell(plan.seconds / 2, plan.seconds, mix, THROWS, asked=0.0),
    ]


RATES = (0.01, 0.05, 0.2, 1.0)
HEALTHY = (
    healthy("healthy", "Healthy: 0.5 % thrown errors in both", THROWS),
    healthy("healthy-5xx", "Healthy: 0.5 % answered with 500 in both", ANSWERS_500),
)
INCIDENTS = (
    Situation(
        "incident",
        "Shared incident: 30 % fail and 30 % are slow in both, for 60 s, at any time",
        True,
        _incident,
        by_chance=True,
    ),
)
OTHER_GOOD = (
    Situation(
        "poison",
        "Poison client: all its requests fail on either version, 5 s about once a minute",
        True,
        _poison,
        by_chance=True,
        always=True,
    ),
    Situation("cold-warmed", "Cold starts of a warmed canary: one in five of those below", True, _cold(warmed=True)),
    Situation(
        "cold", "Cold starts: each new environment's first request is slow, 1 in 10 times out", True, _cold(False)
    ),
    Situation(
        "sick",
        "Sick environments: each fails all it is asked for 20 s, about once an hour, in either version",
        True,
        _sick,
        by_chance=True,
        always=True,
    ),
    healthy("zero-0", "Zero-error baseline: no request fails in either", NEVER_FAILS),
    Situation("dies", "Traffic dies half-way, healthy", True, _dies(THROWS)),
)
BAD = (
    *(bad("thrown", "{} % thrown errors", Outcome.THROWN, rate, THROWS) for rate in RATES),
    *(bad("5xx", "{} % answered with 500, which Lambda calls a success", Outcome.ANSWERED_500, rate, ANSWERS_500)
      for rate in RATES),
    *(bad("zero", "Zero-error baseline: {} % thrown errors", Outcome.THROWN, rate, NEVER_FAILS) for rate in RATES),
    *(bad("slow", "A second slower in {} % of the requests", Outcome.SLOW, rate, THROWS) for rate in RATES[1:]),
    Situation(
        "dies-20",
        "Traffic dies half-way, 20 % thrown errors",
        False,
        _dies({**THROWS, Outcome.THROWN: 0.2}),
        harm=(Outcome.THROWN,),
        rate=0.2,
    ),
)  # fmt: skip
NO_TRAFFIC = Situation(
    "no-traffic",
    "No traffic: nobody asks anything",
    True,
    lambda _, plan, __: [Spell(0.0, plan.seconds, THROWS, THROWS, asked=0.0)],
)

ASSUMED = (
    f"Every day, in both versions: {100 * BASELINE:g} % fail (thrown, or answered with 500 where that is named), "
    f"{100 * BASELINE:g} % are slow, 2 % are refused with 4xx; a zero-error baseline has no failed ones.",
    f"A poison client sends {BURST_RPS:g} requests/s or {100 * BURST_PART:g} % more, whichever is more, "
    f"{BURST_SECONDS} s long, about once a minute.",
    f"A version has 1 environment, and one for every {BUSY_SECONDS:g} s that its requests keep busy in a second; "
    f"a sick one fails all that it is asked for {SICK_SECONDS} s, once in {SICK_EVERY_SECONDS / 3600:g} h of each.",
    "Before each shift the stable version alone answers for an hour, as it does every day; poison clients and sick "
    "environments were there then, too.",
    f"Cold starts: each rise of the weight starts 1 environment, and one for every {BUSY_SECONDS:g} s that the "
    f"requests it adds keep busy in a second; their first requests come within {COLD_SECONDS} s.",
)
