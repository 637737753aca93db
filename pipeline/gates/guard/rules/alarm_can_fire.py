"""Every alarm is made so that it can fire: its periods, its statistic, its rows, its threshold."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.facts.alarms import Firing, Metric, firing_of, watch_of
from pipeline.gates.guard.facts.metric_math import CannotTell
from pipeline.gates.guard.facts.rollout import ALARM, rollouts
from pipeline.gates.guard.facts.series import measured_by
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import names_in, said

ABOUT = About(
    kind="alarms",
    what="An alarm says what missing data means, is switched on, and fires in the worst that its metrics can say",
    why="an alarm that no value sets off, or that is switched off, is as good as none and looks better",
    fix="bring the alarm back to what the plan says of it (pipeline/plan/delivery.py, pipeline/plan/alerts.py)",
    models="R09: a threshold of 100 000; ActionsEnabled false; three of two datapoints; missing data unsaid",
    needs="every stage",
)
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
MISSING, LOW = "TreatMissingData", "EvaluateLowSampleCountPercentile"
NOT_BREACHING = "notBreaching"
KNOWN_MISSING = (NOT_BREACHING, "breaching", "ignore", "missing")
SHORT_PERIODS = (10, 20, 30)
DAY, WEEK, HOUR = 86_400, 604_800, 3_600
WORST = 1_000.0
"""Of a count, each minute: the most that anybody will see of what an alarm looks for."""
SLOWEST = 29_000.0
"""Milliseconds, after which the gateway waits no longer."""
_STATISTIC = re.compile(
    r"Sum|Average|Minimum|Maximum|SampleCount|IQM|(p|tm|wm|ts|tc)\d+(\.\d+)?|(PR|TM|WM|TS|TC)\(.+\)"
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each alarm of the stages; those of a rollout must also take missing data for good."""
    watched = {alarm.place for rollout in rollouts(subject.candidate) for _, alarm in rollout.alarms if alarm}
    for stack in subject.candidate.of_stages():
        for alarm in stack.all(ALARM):
            wrong = (*_said(alarm, alarm.place in watched), *_periods(firing_of(alarm)), *_rows(alarm), *_worst(alarm))
            yield looked(alarm, *wrong)
        for alarm in stack.all(COMPOSITE):
            yield looked(alarm, *_switched_off(alarm), *_always_the_same(alarm))


def _said(alarm: Resource, of_a_rollout: bool) -> Iterator[Wrong]:
    missing = alarm.at(MISSING)
    if missing not in KNOWN_MISSING:
        yield Wrong(
            "it does not say what missing data means", MISSING, "say notBreaching where no data means no trouble"
        )
    elif of_a_rollout and missing != NOT_BREACHING:
        told = f"missing data is {missing}: a version that nobody has asked yet has none"
        yield Wrong(told, MISSING, "say notBreaching; whether anybody came is asked by the hook after the shift")
    if alarm.at(LOW) == "ignore":
        yield Wrong("of few requests it says nothing", LOW)
    yield from _switched_off(alarm)


def _switched_off(alarm: Resource) -> Iterator[Wrong]:
    if alarm.at("ActionsEnabled") not in (None, True, "true"):
        yield Wrong("its actions are switched off", "ActionsEnabled")


def _always_the_same(alarm: Resource) -> Iterator[Wrong]:
    if not set(names_in(alarm.at("AlarmRule"))) and "(" not in said(alarm.at("AlarmRule")):
        yield Wrong(f"it hears no alarm: {said(alarm.at('AlarmRule'))}", "AlarmRule")


def _periods(firing: Firing) -> Iterator[Wrong]:
    if firing.periods < 1 or firing.datapoints < 1:
        yield Wrong(f"it asks for {firing.datapoints} datapoints of {firing.periods} periods", "EvaluationPeriods")
    elif firing.datapoints > firing.periods:
        yield Wrong(f"it asks for {firing.datapoints} datapoints of {firing.periods} periods", "DatapointsToAlarm")
    if firing.seconds not in SHORT_PERIODS and (firing.seconds < 60 or firing.seconds % 60):
        yield Wrong(f"its period is {firing.seconds:g} s: 10, 20, 30 or a multiple of 60", "Period")
    if firing.seconds * firing.periods > (WEEK if firing.seconds >= HOUR else DAY):
        yield Wrong(f"it looks back over {firing.seconds * firing.periods:g} s, longer than CloudWatch does", "Period")


def _rows(alarm: Resource) -> Iterator[Wrong]:
    for metric in watch_of(alarm).metrics:
        if not _STATISTIC.fullmatch(metric.statistic):
            yield Wrong(f"{metric.name} has no statistic that CloudWatch knows: {said(metric.statistic)}", "Statistic")


def _worst(alarm: Resource) -> Iterator[Wrong]:
    watch, firing = watch_of(alarm), firing_of(alarm)
    if watch.band is not None:
        return  # anomaly detection learns its threshold
    try:
        worst = watch.value({metric.id: _worst_of(metric, firing) for metric in watch.metrics})
        fires = firing.fires(worst)
    except CannotTell as problem:
        yield Wrong(f"nobody can tell whether it fires: {problem}", "Metrics")
        return
    if not fires:
        said_of = "nothing" if worst is None else f"{worst:g}"
        told = f"the worst that it can see is {said_of}, which does not fire ({firing.comparison} {_number(firing)})"
        yield Wrong(told, "Threshold")


def _number(firing: Firing) -> str:
    return "nothing" if firing.threshold is None else f"{firing.threshold:g}"


def _worst_of(metric: Metric, firing: Firing) -> float:
    if not firing.upwards or measured_by(metric.namespace, metric.name) == "well":
        return 0.0
    if measured_by(metric.namespace, metric.name) == "time":
        return SLOWEST
    return WORST * (max(metric.seconds, 60) / 60 if metric.statistic in ("Sum", "SampleCount") else 1)
