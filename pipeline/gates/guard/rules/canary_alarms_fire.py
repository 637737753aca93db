"""A fire drill on paper: a bad new version sets off the alarms of its rollout in time, and a good one none."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.alarms import firing_of, watch_of
from pipeline.gates.guard.facts.drill import Scene, values
from pipeline.gates.guard.facts.metric_math import CannotTell
from pipeline.gates.guard.facts.rollout import Rollout, rollouts
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="alarms",
    what="A version that fails one request in five, or is slow, sets off an alarm before all traffic is on it",
    why="an alarm that is there but can't go off looks like protection, and lets every bad version through",
    fix="bring threshold, expression and periods back to what the plan's alarms say (pipeline/plan/delivery.py)",
    models="R09: a threshold of 100 000; P18: a canary that fails a fifth must fire; an expression that is always 0",
    needs="every stage",
)
A_MINUTE = 8
"""Requests that a canary gets, a tenth of little traffic: forty in five minutes."""
MANY = 1_000
"""Requests each minute of a canary under heavy traffic."""
QUIET = (Scene("nothing is wrong", A_MINUTE), Scene("nothing is wrong", MANY))
BAD = (
    Scene("one invocation in five throws an error", A_MINUTE, frozenset({"Errors"}), 0.2),
    Scene("one request in five is answered with 500", A_MINUTE, frozenset({"ServerErrors"}), 0.2),
    Scene("every request takes ten seconds", A_MINUTE, milliseconds=10_000),
)
WORST = Scene("everything fails", MANY, frozenset({"Errors", "ServerErrors", "Throttles"}), 1, 29_000)
"""What sets off an alarm that counts instead of reckoning, if anything does."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each deployment group in each bad scene, and each alarm that it watches."""
    for rollout in rollouts(subject.candidate):
        alarms = [alarm for _, alarm in rollout.alarms if alarm]
        for scene in BAD if rollout.group else ():
            told = any(_fires(alarm, scene, rollout) for alarm in alarms)
            wrong = None if told else Wrong(f"no alarm fires when {scene.name}", "AlarmConfiguration.Alarms")
            yield looked(rollout.group, wrong) if rollout.group else Looked(rollout.stack.stage, rollout.alias.place)
        for alarm in alarms:
            yield looked(alarm, _wrong(alarm), _late(rollout, alarm))


def _wrong(alarm: Resource) -> Wrong | None:
    try:
        if any(_fired(alarm, scene) for scene in QUIET):
            return Wrong("it fires when nothing is wrong: every release would be rolled back", "Threshold")
        if not any(_fired(alarm, scene) for scene in (*BAD, WORST)):
            return Wrong("it does not even fire when everything fails", "Threshold")
    except CannotTell as problem:
        return Wrong(f"nobody can tell whether it fires: {problem}", "Metrics")
    return None


def _late(rollout: Rollout, alarm: Resource) -> Wrong | None:
    """Where traffic moves in parts, an alarm that needs longer than that sees the end of it alone."""
    shift, firing = rollout.shift, firing_of(alarm)
    if shift is None or shift.at_once or firing.soonest_seconds <= shift.minutes * 60:
        return None
    told = f"it needs {firing.soonest_seconds:g} s to fire: all traffic has moved after {shift.minutes * 60:g} s"
    return Wrong(told, "DatapointsToAlarm")


def _fires(alarm: Resource, scene: Scene, rollout: Rollout) -> bool:
    """Whether it fires in a rollout. Where all traffic moves at once, or nobody knows how, no judge compares."""
    shift = rollout.shift
    try:
        return _fired(alarm, scene, compared=shift is not None and not shift.at_once)
    except CannotTell:
        return False  # which is told of the alarm itself


def _fired(alarm: Resource, scene: Scene, *, compared: bool = True) -> bool:
    watch = watch_of(alarm)
    return firing_of(alarm).fires(watch.value(values(watch, scene, compared=compared)))
