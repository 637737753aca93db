"""An alarm that the base release has fires wherever it did, and as soon."""

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.gates.guard.facts.alarms import Firing, Metric, Watch, firing_of, watch_of
from pipeline.gates.guard.facts.metric_math import CannotTell
from pipeline.gates.guard.facts.numbers import number
from pipeline.gates.guard.facts.quiet import COMPOSITE, only_suppresses
from pipeline.gates.guard.facts.renamed import successor
from pipeline.gates.guard.facts.rollout import ALARM, VERSION
from pipeline.gates.guard.facts.strictness import Question, no_longer_fires, question_of, sees_otherwise
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, names_in, said
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="alarms",
    what="An alarm fires wherever it did in the base release, as soon as it did, and tells those whom it told",
    why="a limit that is loosened to let one release through lets the next bad one through, too",
    fix="mend what sets it off; if the limit was wrong, waive this with the figures that show it",
    models="R09: a threshold raised; more datapoints, a longer period, an action removed, a milder statistic",
    needs="nothing",
)
MILDEST_FIRST = ("Minimum", "Average", "p50", "p90", "p95", "p99", "p99.9", "Maximum")
BOTH_SIDES = "LessThanLowerOrGreaterThanUpperThreshold"
_BAND = re.compile(r"ANOMALY_DETECTION_BAND\(\s*(\w+)\s*(?:,\s*([\d.]+))?\s*\)")
_USUAL_BAND = 2.0
"""Standard deviations, where an expression names none."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each alarm of the base that is still there."""
    for old in subject.of_base(ALARM, COMPOSITE):
        new = subject.after(old)
        if new is None or new.type != old.type:
            continue  # which `alarm_stays` tells
        if old.type == COMPOSITE:
            yield looked(new, *_told(old, new), *_rule(subject, old, new))
        elif _only_suppresses(subject, old, new):
            yield looked(new)  # of which `quiet_stays_short` says when it may be on: to be on less is no weakness
        else:
            yield looked(new, *_told(old, new), *_sooner(old, new), *_series(subject, old, new))


def _only_suppresses(subject: Subject, old: Resource, new: Resource) -> bool:
    before = subject.base.stack(old.stack) if subject.base else None
    after = subject.candidate.stack(new.stack)
    return only_suppresses(before, old.logical_id) and only_suppresses(after, new.logical_id)


def _told(old: Resource, new: Resource) -> Iterator[Wrong]:
    for name in ("AlarmActions", "InsufficientDataActions"):
        kept = [said(each) for each in listed(new.at(name))]
        for action in map(said, listed(old.at(name))):
            if action not in kept:
                yield Wrong(f"it no longer tells {action}", name)
    if old.at("TreatMissingData") == "breaching" and new.at("TreatMissingData") != "breaching":
        yield Wrong(changed(old.at("TreatMissingData"), new.at("TreatMissingData")), "TreatMissingData")


def _rule(subject: Subject, old: Resource, new: Resource) -> Iterator[Wrong]:
    before, after = old.at("AlarmRule"), new.at("AlarmRule")
    for name in sorted(set(names_in(before)) - set(names_in(after))):
        if not _is_heard_by_another_name(subject, old, name, new):
            yield Wrong(f"it no longer hears {name}", "AlarmRule")
    if (suppressor := new.at("ActionsSuppressor")) is not None and suppressor != old.at("ActionsSuppressor"):
        yield Wrong(f"what silences it {changed(old.at('ActionsSuppressor'), suppressor)}", "ActionsSuppressor")
    for period in ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"):
        if (number(new.at(period)) or 0) > (number(old.at(period)) or 0):
            yield Wrong(f"it is silent longer: {changed(old.at(period), new.at(period))}", period)
    for word in ("AND", "NOT", "FALSE"):
        if _words(after).split().count(word) > _words(before).split().count(word):
            yield Wrong(f"it needs more to fire: {changed(before, after)}", "AlarmRule")


def _is_heard_by_another_name(subject: Subject, old: Resource, name: str, new: Resource) -> bool:
    before = subject.base.stack(old.stack) if subject.base else None
    part = before.resources.get(name) if before else None
    after = successor(subject, part) if part else None
    return after is not None and after.logical_id in names_in(new.at("AlarmRule"))


def _words(rule: Json) -> str:
    """The words of a composite's rule, apart from what stands in brackets and quotes."""
    match rule:
        case {"Fn::Join": [_, list(parts)]}:
            text = " ".join(part for part in parts if isinstance(part, str))
        case str(text):
            pass
        case _:
            return ""
    return re.sub(r"[^A-Z]+", " ", text)


def _sooner(old: Resource, new: Resource) -> Iterator[Wrong]:
    before, after = firing_of(old), firing_of(new)
    if after.soonest_seconds > before.soonest_seconds or after.datapoints > before.datapoints:
        yield Wrong(f"it fires later: {changed(_when(before), _when(after))}", "DatapointsToAlarm")
    elif (after.datapoints, after.seconds) == (before.datapoints, before.seconds) and after.periods < before.periods:
        yield Wrong(f"it forgets sooner: {changed(_when(before), _when(after))}", "EvaluationPeriods")


def _when(firing: Firing) -> str:
    return f"{firing.datapoints} of {firing.periods} periods of {firing.seconds:g} s"


def _series(subject: Subject, old: Resource, new: Resource) -> Iterator[Wrong]:
    before, after = watch_of(old), watch_of(new)
    lost = [_called(subject, old, each) for each in before.metrics]
    for metric in after.metrics:
        name = _called(subject, new, metric)
        if name in lost:
            lost.remove(name)
    if lost:
        yield Wrong(f"it no longer looks at {'; '.join(lost)}", "Metrics")
        return
    if milder := _milder(before, after):
        yield Wrong(milder, "Statistic")
    elif before.band is not None and after.band is not None:
        yield from _band(before, after)
        yield from _sides(old, new)
        yield from _learnt(old, new)
    else:
        yield from _limit(old, new)


def _called(subject: Subject, alarm: Resource, metric: Metric) -> str:
    """A series in words; each release makes another version, which does not make it another series."""
    dimensions = ", ".join(f"{name}={_of(subject, alarm, value)}" for name, value in sorted(metric.dimensions.items()))
    return f"{metric.namespace} {metric.name} ({dimensions})"


def _of(subject: Subject, alarm: Resource, value: Json) -> str:
    for assembly in filter(None, (subject.candidate, subject.base)):
        stack = assembly.stack(alarm.stack)
        target = stack.target(value) if stack else None
        if target and target.type == VERSION:
            return f"version of {said(target.at('FunctionName'))}"
    return said(value)


def _milder(before: Watch, after: Watch) -> str | None:
    """A statistic that sees less; from a sum to anything else the values are no longer the same."""
    for metric in before.metrics:
        old, new = _statistics(before, metric), _statistics(after, metric)
        if old == new:
            continue
        ranks = [[MILDEST_FIRST.index(each) if each in MILDEST_FIRST else -1 for each in side] for side in (old, new)]
        if -1 in ranks[0] + ranks[1] or sorted(ranks[1]) < sorted(ranks[0]):
            return f"the statistic of {metric.name} {changed(', '.join(old), ', '.join(new))}"
    return None


def _statistics(watch: Watch, of: Metric) -> list[str]:
    return sorted(each.statistic for each in watch.metrics if (each.namespace, each.name) == (of.namespace, of.name))


def _band(before: Watch, after: Watch) -> Iterator[Wrong]:
    old, new = _width(before), _width(after)
    if old is None or new is None or new > old:
        told = changed(before.expressions.get(before.band or ""), after.expressions.get(after.band or ""))
        yield Wrong(f"the band that it may move in is wider: {told}", "Metrics")


def _width(watch: Watch) -> float | None:
    found = _BAND.fullmatch(watch.expressions.get(watch.band or "", "").strip())
    return float(found[2] or _USUAL_BAND) if found else None


def _sides(old: Resource, new: Resource) -> Iterator[Wrong]:
    was, now = (each.at("ComparisonOperator") for each in (old, new))
    if now not in (was, BOTH_SIDES):
        yield Wrong(f"it looks at the other side of its band: {changed(was, now)}", "ComparisonOperator")


def _learnt(old: Resource, new: Resource) -> Iterator[Wrong]:
    """What moves within the band, and what the band is learnt of, are the same numbers as in the base."""
    for read in (_asked, _asked_of_its_band):
        before = read(old)
        after = _by_the_same_statistics(read(new), before)
        told = changed(*(dict(each.expressions).get(each.returned or "", each.returned) for each in (before, after)))
        try:
            seen = sees_otherwise(before, after)
        except CannotTell as problem:
            yield Wrong(f"nobody can tell whether it still looks at the same numbers: {problem}", "Metrics")
            return
        if seen:
            yield Wrong(f"it looks at other numbers where there is {seen}: {told}", "Metrics")
            return


def _asked_of_its_band(alarm: Resource) -> Question:
    """The same of the row that its band is laid round, as if that were compared."""
    watch = watch_of(alarm)
    found = _BAND.fullmatch(watch.expressions.get(watch.band or "", "").strip())
    return replace(_asked(alarm), returned=found[1] if found else None)


def _limit(old: Resource, new: Resource) -> Iterator[Wrong]:
    before, after = _asked(old), _asked(new)
    after = _by_the_same_statistics(after, before)
    if before == after:
        return
    thresholds = changed(old.at("Threshold"), new.at("Threshold"))
    if (before.names, before.expressions, before.comparison) == (after.names, after.expressions, after.comparison):
        upwards = firing_of(old).upwards
        if before.threshold is None or after.threshold is None:
            yield Wrong(f"its threshold {thresholds}", "Threshold")
            return
        if after.threshold != before.threshold and (after.threshold > before.threshold) == upwards:
            yield Wrong(f"its threshold is weaker: {thresholds}", "Threshold")
            return
    try:
        missed = no_longer_fires(before, after)
    except CannotTell as problem:
        yield Wrong(f"nobody can tell whether it still fires where it did: {problem}", "Metrics")
        return
    if missed:
        yield Wrong(f"it no longer fires at {missed}", "Metrics")


def _asked(alarm: Resource) -> Question:
    """What it asks of the row that it compares."""
    return question_of(watch_of(alarm), firing_of(alarm), without_data=alarm.at("TreatMissingData") == "breaching")


def _by_the_same_statistics(question: Question, old: Question) -> Question:
    """The question as if each series still had the statistic it had: what sees more fires where that did."""
    known = {name[:2]: name for _, name in old.names}
    shared = [name for _, name in old.names]
    names = tuple((row, name if name in shared else known.get(name[:2], name)) for row, name in question.names)
    return replace(question, names=names)
