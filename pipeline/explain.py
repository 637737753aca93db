"""What the judge of each stage can see of a rollout, and what it can not: `slipway rollout explain`.

Asked of the plan, before anything is deployed. A stage's own way of shifting comes first, then another one for
comparison. Reads and writes nothing, and says the same whenever it is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from pipeline.judge.health import needed, rules_out
from pipeline.judge.observed import BIN_SECONDS
from pipeline.judge.policy import Policy, Unknown
from pipeline.judge.sight import DELAY_SECONDS, RUNS, SURE, Seen, Shift, Sight, sight
from pipeline.plan.model import Delivery, Stage
from pipeline.rehearsal.world.codedeploy.routing import STANDARD, routing_of, shifts

CANARY, LINEAR = "LambdaCanary10Percent5Minutes", "LambdaLinear10PercentEvery1Minute"
RATES = (0.01, 0.05, 0.2, 1.0)
"""How bad the versions are that are asked about: the part of their requests, 0 to 1."""

THIN = 0.05
"""Where a version this bad may go unseen, or a good one can not pass, a stage's traffic is too thin."""

MARGIN_POINTS = 2
"""How far off a probability may be (`pipeline.judge.sight`)."""

_ENDLESS = 10**9
"""More requests than any rollout has."""

_FOLLOWS = {"fail": "the deployment fails", "warn": "the version goes on, with a warning"}


def policy_of(stage: Stage) -> Policy:
    """What a stage's rollout is judged by."""
    return Policy(inconclusive=stage.rollout.inconclusive, no_traffic=stage.rollout.no_traffic)


def explain(delivery: Delivery, stage: str | None, rps: float | None, baseline: float) -> str:
    """A table for each way of shifting, of `stage` alone or of every one.

    `rps` requests a second come to a function, else as many as the plan expects; `baseline` (0 to 0.5) of them
    are bad anyway. CodeDeployProblem if a stage shifts in a way that nobody knows.
    """
    lines = list(_assumed(baseline))
    for each in delivery.stages:
        if stage in (None, each.name):
            lines += ["", *_stage(each, each.rollout.expected_rps if rps is None else rps, baseline)]
    return "\n".join(lines) + "\n"


def _assumed(baseline: float) -> Iterator[str]:
    yield "what the judge can see of a rollout, before there is one"
    yield f"  simulated: {RUNS:,} rollouts for each line, probabilities give or take {MARGIN_POINTS} points. Assumed:"
    yield f"  {_percent(baseline)} of the stable version's requests are bad, and a bad one has one symptom;"
    yield "  requests come at random, evenly over time, to one function (each is judged for itself);"
    yield "  each is bad by itself, whichever environment answers it; no cold starts, no incident besides;"
    yield f"  {DELAY_SECONDS:g} s from the evidence until all traffic is back: metric, alarm and shift together"


def _stage(stage: Stage, rps: float, baseline: float) -> Iterator[str]:
    policy, config = policy_of(stage), stage.rollout.config
    one_in = f"{len(policy.symptoms) / policy.alpha:,.0f}"
    yield f"{stage.name}  {config}  requests to a function: {_count(rps)} a second"
    yield f"  convicts a good version in 1 of {one_in} rollouts at most by each of {', '.join(policy.symptoms)}"
    if not rps:
        yield f"  nobody comes: NO-TRAFFIC, however it shifts. Nothing is known then; {_follows(policy.no_traffic)}"
        yield "  remedy: visitors of our own, that ask while traffic shifts"
        return
    if not _shift(config).weights:
        yield from _all_at_once(stage, rps, policy)
        yield from _way(LINEAR, "for comparison", _sight(LINEAR, rps, baseline, policy), baseline, policy)
        return
    other = CANARY if "Linear" in config else LINEAR
    own, compared = (_sight(way, rps, baseline, policy) for way in (config, other))
    yield from _way(config, "as planned", own, baseline, policy)
    yield from _thin(stage, rps, baseline, own, other, compared)
    yield from _way(other, "for comparison", compared, baseline, policy)


def _all_at_once(stage: Stage, rps: float, policy: Policy) -> Iterator[str]:
    yield f"  {stage.rollout.config}, as planned: all traffic moves at once"
    yield "    both versions never answer at the same time: nothing is compared, and the judge can convict nobody"
    yield f"    all requests are at risk, {_count(rps)} each second, until an alarm fires: {_alarms(stage)}"
    yield f"    the judge has seen no request: NO-TRAFFIC; {_follows(policy.no_traffic)}"


def _way(config: str, why: str, seen: Sight, baseline: float, policy: Policy) -> Iterator[str]:
    each = _count(seen.fewest) if seen.fewest == seen.most else f"{_count(seen.fewest)} to {_count(seen.most)}"
    yield (
        f"  {config}, {why}: {_count(seen.requests)} canary requests in {_shift(config).seconds:g} s, "
        f"{each} in {BIN_SECONDS} s"
    )
    if seen.smallest is None:
        yield f"    sees nothing with a probability of {_chance(SURE)} before the shift ends, not even a total outage"
    else:
        worse = f"{_percent(seen.smallest)} bad requests and more"
        yield f"    sees {worse} with a probability of {_chance(SURE)} before the shift ends"
    yield "       bad    seen   all back after (median)   failed until then (median)   failed in a shift if not seen"
    for one in seen.seen:
        yield _row(one)
    if better := [rate for rate in RATES if rate <= baseline]:
        yield f"    {', '.join(map(_percent, better))} bad is no worse than the stable version: nothing to see"
    yield from _passing(seen, policy)


def _row(one: Seen) -> str:
    back = "-" if one.seconds is None else f"{one.seconds:g} s"
    failed = "-" if one.failed is None else _count(one.failed)
    seen = f"{_percent(one.rate):>6}  {_chance(one.probability):>6}"
    return f"    {seen}   {back:>23}   {failed:>26}   {_count(one.unseen):>29}"


def _passing(seen: Sight, policy: Policy) -> Iterator[str]:
    enough, asked = needed(policy.tolerated, policy.doubt), ", ".join(policy.ruled_out)
    bad = f"{_percent(policy.tolerated)} bad ({asked})"
    yield f"    PASS takes {enough:,} requests without a bad one, or more with some, to rule out {bad};"
    yield f"    a version as good as the stable one has them in {_chance(seen.passes)} of rollouts"
    if seen.passes < SURE:
        yield f"    else INCONCLUSIVE; {_follows(policy.inconclusive)}"
    if seen.nobody >= 1 / RUNS:
        yield f"    nobody comes in {_chance(seen.nobody)} of rollouts: NO-TRAFFIC; {_follows(policy.no_traffic)}"


def _thin(stage: Stage, rps: float, baseline: float, own: Sight, other: str, compared: Sight) -> Iterator[str]:
    """A warning where traffic does not show enough, with what helps; nothing where it does."""
    blind = own.smallest is None or own.smallest > THIN
    if not blind and own.passes >= SURE:
        return
    config, policy = stage.rollout.config, policy_of(stage)
    if not rules_out(_ENDLESS, round(_ENDLESS * baseline), policy.tolerated, policy.doubt):
        near = f"the stable version itself ({_percent(baseline)} bad) is too close to {_percent(policy.tolerated)}"
        yield f"  WARNING {stage.name}: no version passes, however much traffic comes: {near};"
        yield "    mend what fails every day, or let the policy tolerate more"
        return
    enough = needed(policy.tolerated, policy.doubt)
    what = [
        *([f"{_percent(THIN)} bad requests may go unseen"] if blind else []),
        *(["a good version can hardly pass"] if own.passes < SURE else []),
    ]
    yield f"  WARNING {stage.name}: traffic is too thin: {', and '.join(what)}. What helps:"
    if own.requests < compared.requests:
        yield f"    linear         {other} has {_count(compared.requests / own.requests)} times the requests; see below"
    for name, factor in _longer(config):
        yield f"    longer         {name} has {_count(factor)} times the requests: see --rps {rps * factor:g}"
    yield "    alarms         compare nothing, so that they see more, and any incident sets them off:"
    yield f"                   {_limits(stage)}"
    each = _shift(config).share(0.0, _shift(config).seconds)
    yield f"    visitors       of our own, while it shifts: one a second adds {_count(each)}; PASS takes {enough:,}"


def _longer(config: str) -> Sequence[tuple[str, float]]:
    """The ways to shift by the same steps more slowly, and how many times as long each takes."""
    own = _shift(config)
    parts = [weight for _, weight in own.steps]
    ways = ((name, _shift(name)) for name in STANDARD)
    return [
        (name, way.seconds / own.seconds)
        for name, way in ways
        if way.seconds > own.seconds and [weight for _, weight in way.steps] == parts
    ]


@cache
def _shift(config: str) -> Shift:
    return Shift(tuple((each.after_s, each.new_percent / 100) for each in shifts(routing_of(config))))


def _sight(config: str, rps: float, baseline: float, policy: Policy) -> Sight:
    return _seen(config, rps, baseline, replace(policy, inconclusive="warn", no_traffic="warn"))


@cache
def _seen(config: str, rps: float, baseline: float, policy: Policy) -> Sight:
    """Once for all stages that have the same; what a policy makes of not knowing has no part in it."""
    return sight(_shift(config), rps, baseline, policy, [rate for rate in RATES if rate > baseline])


def _follows(unknown: Unknown) -> str:
    return f"the policy is {unknown}: {_FOLLOWS[unknown]}"


def _alarms(stage: Stage) -> str:
    return ", ".join(alarm.name for alarm in stage.rollout.alarms) or "there is none"


def _limits(stage: Stage) -> str:
    limits = (f"{alarm.name} > {alarm.threshold:g} {alarm.unit}" for alarm in stage.rollout.alarms)
    return ", ".join(limits) or "there is none"


def _count(value: float) -> str:
    """`1,500`, `12`, `4.5`: whole from ten on."""
    return f"{value:,.0f}" if value >= 10.0 else f"{value:.2g}"


def _percent(part: float) -> str:
    return f"{_count(100 * part)} %"


def _chance(part: float) -> str:
    """Whole percent, and never all or nothing where it is not quite."""
    if 0.0 < part < 0.005:
        return "< 1 %"
    return "> 99 %" if 0.995 <= part < 1.0 else f"{100 * part:.0f} %"
