"""One evaluation of one metric alarm: fetch the range, decide, say why. Pure; the time is passed in."""

import math
from collections.abc import Iterable

from pipeline.rehearsal.world.alarms.math_expression import evaluate_math
from pipeline.rehearsal.world.alarms.math_functions import Grid
from pipeline.rehearsal.world.alarms.metric import MetricStat
from pipeline.rehearsal.world.alarms.missing_data import EXTRA_PERIODS, Decision, decide
from pipeline.rehearsal.world.alarms.model import (
    INITIAL_STATE,
    ONE_DAY_S,
    Alarm,
    AlarmState,
    Datapoint,
    Evaluation,
)
from pipeline.rehearsal.world.alarms.reason import reason_for
from pipeline.rehearsal.world.alarms.series import MetricStore
from pipeline.rehearsal.world.alarms.statistics import too_few_for


def evaluation_interval_s(alarm: Alarm) -> int:
    """How often CloudWatch evaluates this alarm, in seconds.

    Source: CloudWatch User Guide, "Alarm evaluation": every minute for periods of a minute or longer, every 10 s for
    shorter ones, once per hour when periods times length exceed one day.
    """
    if alarm.period_s < 60:
        return 10
    return 3600 if alarm.period_s * alarm.evaluation_periods > ONE_DAY_S else 60


def next_evaluation(alarms: Iterable[Alarm], after: float) -> float | None:
    """The next time, later than `after`, at which one of the alarms is due; None without alarms."""
    due = [(math.floor(after / every) + 1) * every for every in {evaluation_interval_s(alarm) for alarm in alarms}]
    return float(min(due)) if due else None


def period_starts(alarm: Alarm, at: float) -> tuple[int, ...]:
    """The start of each period in the evaluation range, oldest first.

    The window slides: it ends at the last whole evaluation interval before `at`, so a 5-minute alarm sees minutes 1
    to 5 and then 2 to 6. Source: "Alarm evaluation" and "Alarm evaluation window" (SlidingWindow is the default).
    """
    every = evaluation_interval_s(alarm)
    end = math.floor(at / every) * every
    return tuple(end - alarm.period_s * back for back in range(alarm.evaluation_periods + EXTRA_PERIODS, 0, -1))


def watched(alarm: Alarm, store: MetricStore, at: float) -> tuple[Datapoint, ...]:
    """The datapoints of the one series the alarm watches, over the whole evaluation range."""
    starts = period_starts(alarm, at)
    if isinstance(alarm.source, MetricStat):
        return store.datapoints(alarm.source, starts)
    stored = {
        query.id: tuple(point.value for point in store.datapoints(query.stat, starts))
        for query in alarm.source
        if query.stat is not None
    }
    row = next(query for query in alarm.source if query.return_data)
    values = evaluate_math(alarm.name, row, alarm.calculations, stored, Grid(starts, alarm.period_s))
    return tuple(Datapoint(start, value) for start, value in zip(starts, values, strict=True))


def evaluate(alarm: Alarm, store: MetricStore, previous: AlarmState = INITIAL_STATE, *, at: float) -> Evaluation:
    """The alarm's state at a time in world seconds, `previous` being its state until now."""
    points = watched(alarm, store, at)
    breaching = [None if p.value is None else alarm.comparison.breaches(p.value, alarm.threshold) for p in points]
    decision = decide(breaching, alarm.evaluation_periods, alarm.needed, alarm.treatment, previous)
    used = tuple(points[position] for position in decision.used)
    if alarm.ignore_low_samples and any(_thin(alarm, point) for point in used):
        decision = Decision(previous, decision.used, decision.filled, "a percentile stands on too few samples")
    deciding = _deciding(alarm, decision.state, used)
    return Evaluation(
        alarm=alarm.name,
        state=decision.state,
        previous=previous,
        reason=reason_for(alarm, decision, used),
        at=at,
        threshold=alarm.threshold,
        measured=deciding.value if deciding else None,
        datapoints=used,
        missing=decision.filled,
        behind=_behind(alarm, store, deciding) if deciding and decision.state != previous else {},
    )


def _behind(alarm: Alarm, store: MetricStore, deciding: Datapoint) -> dict[str, float]:
    """The metrics of a calculation in the period that decided; nothing for an alarm on one metric."""
    rows = () if isinstance(alarm.source, MetricStat) else alarm.source
    read = ((row.id, store.datapoints(row.stat, (int(deciding.timestamp),))[0].value) for row in rows if row.stat)
    return {name: value for name, value in read if value is not None}


def _thin(alarm: Alarm, point: Datapoint) -> bool:
    """Whether a percentile's datapoint stands on too few samples to change the state."""
    if not isinstance(alarm.source, MetricStat) or point.samples is None:
        return False
    return too_few_for(alarm.source.statistic, point.samples)


def _deciding(alarm: Alarm, state: AlarmState, used: tuple[Datapoint, ...]) -> Datapoint | None:
    """The latest datapoint with a value on the side that decided, or the latest of all."""
    latest = None
    for point in reversed(used):
        if point.value is None:
            continue
        if alarm.comparison.breaches(point.value, alarm.threshold) == (state is AlarmState.ALARM):
            return point
        latest = latest or point
    return latest
