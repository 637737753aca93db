"""The state reason, in CloudWatch's own wording, as its notifications show it (`NewStateReason`)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.rehearsal.world.alarms.model import Alarm, AlarmState, Datapoint, MissingData


def reason_for(alarm: Alarm, state: AlarmState, previous: AlarmState, used: Sequence[Datapoint], filled: int) -> str:
    """Why the alarm has this state: the real datapoints used (oldest first) and how many were filled in."""
    if filled and alarm.treatment in (MissingData.BREACHING, MissingData.NOT_BREACHING):
        return _filled_in(alarm, len(used), filled)
    if not used:
        unknown = f"{filled} datapoint was" if filled == 1 else f"{filled} datapoints were"
        return f"Insufficient Data: {unknown} unknown."
    shown = [point for point in used if _breaches(alarm, point) == (state is AlarmState.ALARM)] or list(used)
    return _crossed(alarm, state, previous, shown)


def _breaches(alarm: Alarm, point: Datapoint) -> bool:
    return point.value is not None and alarm.comparison.breaches(point.value, alarm.threshold)


def _crossed(alarm: Alarm, state: AlarmState, previous: AlarmState, shown: Sequence[Datapoint]) -> str:
    """`Threshold Crossed: 2 out of the last 3 datapoints [...] were greater than the threshold (1.0) (...).`"""
    listed = ", ".join(_written(point) for point in reversed(shown))
    verb = "was" if len(shown) == 1 else "were"
    verdict = verb if all(_breaches(alarm, point) for point in shown) else f"{verb} not"
    compared = f"[{listed}] {verdict} {alarm.comparison.words} the threshold ({float(alarm.threshold)})"
    if alarm.evaluation_periods == 1:
        return f"Threshold Crossed: 1 datapoint {compared}."
    count = f"{len(shown)} out of the last {alarm.evaluation_periods} datapoints"
    return f"Threshold Crossed: {count} {compared}{_least_for(alarm, state, previous)}."


def _least_for(alarm: Alarm, state: AlarmState, previous: AlarmState) -> str:
    """` (minimum 2 datapoints for OK -> ALARM transition)`, where this is such a transition."""
    if AlarmState.INSUFFICIENT_DATA in (state, previous) or state == previous:
        return ""
    least = alarm.needed if state is AlarmState.ALARM else alarm.evaluation_periods - alarm.needed + 1
    noun = "datapoint" if least == 1 else "datapoints"
    return f" (minimum {least} {noun} for {previous} -> {state} transition)"


def _filled_in(alarm: Alarm, real: int, filled: int) -> str:
    """`Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [...]`."""
    received = {0: "no datapoints were", 1: "1 datapoint was"}.get(real, f"{real} datapoints were")
    periods = "1 period" if alarm.evaluation_periods == 1 else f"{alarm.evaluation_periods} periods"
    missing = "1 missing datapoint was" if filled == 1 else f"{filled} missing datapoints were"
    treated = "Breaching" if alarm.treatment is MissingData.BREACHING else "NonBreaching"
    return f"Threshold Crossed: {received} received for {periods} and {missing} treated as [{treated}]."


def _written(point: Datapoint) -> str:
    """`2.0 (31/12/26 23:59:00)`: value and start of the period, in UTC."""
    value = float("nan") if point.value is None else float(point.value)
    return f"{value} ({datetime.fromtimestamp(point.timestamp, UTC):%d/%m/%y %H:%M:%S})"
