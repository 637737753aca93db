"""What keeps alarms quiet begins as seldom and ends as soon as in the base."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.alarms import firing_of
from pipeline.gates.guard.facts.numbers import number
from pipeline.gates.guard.facts.patterns import taken_alone_by
from pipeline.gates.guard.facts.quiet import COMPOSITE, rules_counted, suppressors
from pipeline.gates.guard.facts.rollout import ALARM
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="alarms",
    what="What suppresses alarms is on for an hour at most, about as long as in the base, and for nothing else",
    why="while it is on nobody is woken, and with a few releases a day that is always",
    fix="bring back the suppressor's window and limit; make the deployment shorter rather than the silence longer",
    models="Composites silent for four hours after each deployment, or again when it ends: the rule behind takes more",
    needs="nothing",
)
LONGEST = 3_600
"""Seconds for which one thing that happened may keep alarms quiet."""
TIMES = 2
SERIES = ("Namespace", "MetricName", "Dimensions", "Metrics", "Statistic", "ExtendedStatistic", "ComparisonOperator")
PATTERN, OFTEN = "EventPattern", "ScheduleExpression"
QUIET_WITHOUT_DATA = ("breaching", "ignore")
"""How missing data keep an alarm on (CloudWatch user guide, "Configuring how alarms treat missing data")."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each alarm that suppresses the actions of others, and those."""
    for stack in subject.candidate.stacks:
        for suppressor in (stack.resources[name] for name in sorted(suppressors(stack))):
            old = subject.before(suppressor)
            yield looked(suppressor, _too_long(suppressor), *_since(old, suppressor), *_counted(subject, old))
        for composite in stack.all(COMPOSITE):
            yield looked(composite, _after(composite))


def _lasts(alarm: Resource) -> float:
    """Seconds for which one period that breaches keeps an alarm on."""
    firing = firing_of(alarm)
    return (firing.periods - firing.datapoints + 1) * firing.seconds


def _too_long(alarm: Resource) -> Wrong | None:
    lasts = _lasts(alarm)
    return Wrong(f"it keeps others quiet for {lasts:g} s", "EvaluationPeriods") if lasts > LONGEST else None


def _after(composite: Resource) -> Wrong | None:
    extended = number(composite.at("ActionsSuppressorExtensionPeriod")) or 0
    told = f"it is silent for {extended:g} s after what silenced it is over"
    return Wrong(told, "ActionsSuppressorExtensionPeriod") if extended > LONGEST else None


def _since(old: Resource | None, new: Resource) -> Iterator[Wrong]:
    if old is None or old.type != ALARM:
        return
    for name in SERIES:
        if old.at(name) != new.at(name):
            yield Wrong(f"it looks for something else: {changed(old.at(name), new.at(name))}", name)
    was, now = _lasts(old), _lasts(new)
    if LONGEST >= now > TIMES * was:
        yield Wrong(f"it keeps others quiet for longer: was {was:g} s, is {now:g} s", "EvaluationPeriods")
    if firing_of(new).datapoints < firing_of(old).datapoints:
        told = changed(old.at("DatapointsToAlarm"), new.at("DatapointsToAlarm"))
        yield Wrong(f"it keeps others quiet sooner: {told}", "DatapointsToAlarm")
    if _is_easier(old, new):
        told = changed(old.at("Threshold"), new.at("Threshold"))
        yield Wrong(f"it keeps others quiet for less: {told}", "Threshold")
    data: tuple[Json, Json] = (old.at("TreatMissingData"), new.at("TreatMissingData"))
    if data[1] in QUIET_WITHOUT_DATA and data[0] != data[1]:
        yield Wrong(f"it keeps others quiet where nothing happens: {changed(*data)}", "TreatMissingData")


def _counted(subject: Subject, old: Resource | None) -> Iterator[Wrong]:
    """What sets it off: the rules whose events it counted in the base match no more than they did."""
    before = subject.base.stack(old.stack) if subject.base and old else None
    for was in rules_counted(before, old) if before and old else ():
        now = subject.after(was)
        if now is None or now.type != was.type:
            continue  # which `events_are_routed` tells: what nobody counts keeps nothing quiet
        for more in taken_alone_by(now.at(PATTERN), was.at(PATTERN)):
            yield Wrong(f"what it counts happens more often: {now.logical_id} takes {more}, too", PATTERN)
        if now.at(OFTEN) not in (None, was.at(OFTEN)):
            told = changed(was.at(OFTEN), now.at(OFTEN))
            yield Wrong(f"what it counts happens more often: {now.logical_id} {told}", OFTEN)


def _is_easier(old: Resource, new: Resource) -> bool:
    was, now = firing_of(old), firing_of(new)
    if was.threshold is None or now.threshold is None:
        return was.threshold != now.threshold
    return now.threshold < was.threshold if now.upwards else now.threshold > was.threshold
