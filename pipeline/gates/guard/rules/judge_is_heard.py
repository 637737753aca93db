"""A judge is called while traffic shifts, can see, and is heard."""

import json
from collections.abc import Iterator

from pipeline.gates.guard.facts.alarms import Metric, firing_of, watch_of
from pipeline.gates.guard.facts.hooks import AFTER, BEFORE, JUDGE, told
from pipeline.gates.guard.facts.metric_math import CannotTell
from pipeline.gates.guard.facts.numbers import number
from pipeline.gates.guard.facts.role_statements import allowed, role_named
from pipeline.gates.guard.facts.rollout import Rollout, rollouts
from pipeline.gates.guard.facts.series import OF_A_JUDGE, OF_AN_ALIAS, Family
from pipeline.gates.guard.facts.shifts import PREFIX
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import names_in, said
from pipeline.gates.openapi.node import Json
from pipeline.plan.shifting import steps_of

ABOUT = About(
    kind="rollout",
    what="The judge of a rollout is called and told how traffic shifts, may see and speak, and its alarms stop it",
    why="a judge that nobody calls or hears, or that sees nothing, convicts no version and looks as if all were well",
    fix="let pipeline/cloud/service/judge.py make the judge with its grants, and both of its alarms",
    models="The judge not called, blind, dumb, told of another shift, or its alarm unwatched, slow or out of reach",
    needs="every stage",
)
INVOKES = "lambda:InvokeFunction"
NEEDS = (
    "cloudwatch:GetMetricData",
    "cloudwatch:PutMetricData",
    "codedeploy:GetDeploymentTarget",
    "codedeploy:ListDeploymentTargets",
)
CODE = ("S3Bucket", "S3Key")
SLOWEST_LOOK, SLOWEST_PERIOD = 10.0, 10.0
"""Seconds. A judge that looks more seldom, or an alarm that does, gives away what the judge wins."""
MARGIN = 90.0
"""Seconds around a shift: it is called before traffic shifts, and looks no more shortly before its own end."""
ANSWERS = 400.0
"""Seconds that the hook after the shift may need for its questions and its answer."""
SHORTEST_BAKE = 60.0
"""Seconds in which Lambda's count of the last minute of a shift can come in."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each alias that is shifted. Where that is at once, nobody looks yet, but for a change of the plan."""
    for rollout in rollouts(subject.candidate):
        yield looked(rollout.alias, *_wrong(rollout))


def _wrong(rollout: Rollout) -> Iterator[Wrong]:
    judge = rollout.judge
    if judge is None:
        yield Wrong("no judge is called while its traffic shifts (JUDGE of the hook before it)", BEFORE)
        return
    yield from _is_ours(judge)
    yield from _looks(rollout, judge)
    yield from _may(rollout, judge)
    yield from _heard(rollout, OF_AN_ALIAS, rollout.alias.at("FunctionName"))
    yield from _heard(rollout, OF_A_JUDGE, {"Ref": judge.logical_id})


def _is_ours(judge: Resource) -> Iterator[Wrong]:
    if judge.at("Handler") != JUDGE:
        yield Wrong(f"its judge is {said(judge.at('Handler'))}, not {JUDGE}", BEFORE)
    if any(judge.at("Code", name) is None for name in CODE):
        yield Wrong("its judge's code stands in the template, where no test has seen it", BEFORE)
    if (reserved := judge.at("ReservedConcurrentExecutions")) is not None:
        yield Wrong(f"its judge is reserved {said(reserved)} runs, and each group of the stage needs its own", BEFORE)


def _looks(rollout: Rollout, judge: Resource) -> Iterator[Wrong]:
    """Whether it looks at the shift that there is, often enough, and for as long as that takes."""
    shift = rollout.shift
    lasts = shift.minutes * 60 if shift else 0.0
    time = number(judge.at("Timeout")) or 0.0
    if time < lasts + MARGIN:
        yield Wrong(f"its judge runs for {time:g} s: traffic shifts for {lasts:g} s, with {MARGIN:g} around", BEFORE)
    wait = number(told(judge).get("LOOK_WAIT_SECONDS"))
    if wait is None or not 0 < wait <= SLOWEST_LOOK:
        every = said(told(judge).get("LOOK_WAIT_SECONDS"))
        yield Wrong(f"its judge looks every {every} s: {SLOWEST_LOOK:g} at most (LOOK_WAIT_SECONDS)", BEFORE)
    first = shift.first_percent / 100 if shift else 0.0
    for moment, asked in (("its judge", judge), (BEFORE, rollout.hook(BEFORE)), (AFTER, rollout.hook(AFTER))):
        given = told(asked).get("SHIFT") if asked else None
        if asked and (_ends(given) != (first, lasts) or not _is_predefined(rollout, given)):
            shifting = f"{first:.0%} at first and all after {lasts:g} s"
            yield Wrong(f"{moment} is told of another shift than {shifting}: {said(given)}", BEFORE)
    after = rollout.hook(AFTER) if lasts else None
    bake = number(told(after).get("BAKE_WAIT_SECONDS")) if after else None
    if after and (bake is None or bake < SHORTEST_BAKE):
        short = said(told(after).get("BAKE_WAIT_SECONDS"))
        yield Wrong(f"it bakes for {short} s, Lambda's last counts come later (BAKE_WAIT_SECONDS)", AFTER)
    elif after and bake is not None and bake > (number(after.at("Timeout")) or 0.0) - ANSWERS:
        yield Wrong(f"it bakes for {bake:g} s and would be ended before it answers (BAKE_WAIT_SECONDS)", AFTER)


def _is_predefined(rollout: Rollout, steps: Json) -> bool:
    """Whether these are the steps of the configuration; of one that AWS did not make, its ends have to do."""
    config = rollout.group.at("DeploymentConfigName") if rollout.group else None
    try:
        known = steps_of(str(config).removeprefix(PREFIX))
    except ValueError:
        return True
    try:
        return tuple((float(after), float(part)) for after, part in json.loads(str(steps))) == known
    except (ValueError, TypeError):
        return False


def _ends(steps: Json) -> tuple[float, float] | None:
    """The part that a shift begins with, and the seconds until it ends; None for what is no shift."""
    try:
        read = json.loads(str(steps))
        return float(read[0][1]), float(read[-1][0])
    except (ValueError, TypeError, KeyError, IndexError):
        return None


def _may(rollout: Rollout, judge: Resource) -> Iterator[Wrong]:
    role = role_named(rollout.stack, judge.at("Role"))
    missing = [action for action in NEEDS if role is None or not allowed(rollout.stack, role, action)]
    if missing:
        yield Wrong(f"its judge may not {', '.join(missing)}", BEFORE)
    before = rollout.hook(BEFORE)
    asking = role_named(rollout.stack, before.at("Role")) if before else None
    granted = allowed(rollout.stack, asking, INVOKES) if asking else ()
    if not any(judge.logical_id in names_in(each) for each in granted):
        yield Wrong(f"the hook before it may not call its judge ({INVOKES})", BEFORE)


def _heard(rollout: Rollout, family: Family, function: Json) -> Iterator[Wrong]:
    """Whether an alarm that the group watches goes off, and soon, when the judge speaks, or ends in an error."""
    (published,) = family.metrics
    wanted = f"{family.namespace} {published.name} of {said(function)}"
    watching = [alarm for _, alarm in rollout.alarms if alarm and _on(alarm, family, function)]
    if not watching:
        yield Wrong(f"no alarm that its group watches looks at {wanted}", "AlarmConfiguration.Alarms")
    for alarm in watching:
        yield from _goes_off(alarm, wanted, 60.0 if family is OF_A_JUDGE else SLOWEST_PERIOD)


def _on(alarm: Resource, family: Family, function: Json) -> bool:
    metrics = watch_of(alarm).metrics
    return len(metrics) == 1 and _is(metrics[0], family) and metrics[0].dimensions.get("FunctionName") == function


def _is(metric: Metric, family: Family) -> bool:
    there = (metric.namespace, frozenset(metric.dimensions)) == (family.namespace, family.dimensions)
    return there and family.named(metric.name) is not None


def _goes_off(alarm: Resource, wanted: str, slowest: float) -> Iterator[Wrong]:
    firing, watch = firing_of(alarm), watch_of(alarm)
    if firing.seconds > slowest or firing.datapoints != 1:
        yield Wrong(f"the alarm on {wanted} needs more than one period of {slowest:g} s", "AlarmConfiguration.Alarms")
    below = 0.0 if slowest > SLOWEST_PERIOD else 0.99  # errors are counted; evidence is a part of what convicts
    try:
        sure, unsure = (firing.fires(watch.value({watch.metrics[0].id: value})) for value in (1.0, below))
    except CannotTell as problem:
        yield Wrong(f"nobody can tell when the alarm on {wanted} goes off: {problem}", "AlarmConfiguration.Alarms")
        return
    if not sure or unsure:
        yield Wrong(f"the alarm on {wanted} does not go off at 1, and at nothing less", "AlarmConfiguration.Alarms")
