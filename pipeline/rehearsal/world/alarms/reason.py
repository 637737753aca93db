"""The state reason, in CloudWatch's own wording, as its notifications show it (`NewStateReason`).

CloudWatch writes "N datapoints" for an alarm without DatapointsToAlarm, and "M out of the last N datapoints ...
(minimum ...)" for one that has it; more than a few values are cut to the five most recent. Newest first, in UTC.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.rehearsal.world.alarms.missing_data import Decision
from pipeline.rehearsal.world.alarms.model import Alarm, AlarmState, Datapoint, MissingData

MOST_INLINE = 3
MOST_LISTED = 5


def reason_for(alarm: Alarm, decision: Decision, used: Sequence[Datapoint]) -> str:
    """Why the alarm has this state; `used` are the real datapoints behind it, oldest first."""
    if decision.retained:
        return f"Unchanged: the alarm keeps its state {decision.state}, as {decision.retained}."
    if decision.filled and alarm.treatment in (MissingData.BREACHING, MissingData.NOT_BREACHING):
        return _filled_in(alarm, len(used), decision.filled)
    if not used:
        unknown = "1 datapoint was" if decision.filled == 1 else f"{decision.filled} datapoints were"
        return f"Insufficient Data: {unknown} unknown."
    deciding = [point for point in used if _breaches(alarm, point) == (decision.state is AlarmState.ALARM)]
    return _crossed(alarm, decision.state, deciding or list(used))


def _breaches(alarm: Alarm, point: Datapoint) -> bool:
    return point.value is not None and alarm.comparison.breaches(point.value, alarm.threshold)


def _crossed(alarm: Alarm, state: AlarmState, shown: Sequence[Datapoint]) -> str:
    """`Threshold Crossed: 2 out of the last 3 datapoints [...] were greater than the threshold (1.0) (...).`"""
    newest_first = [_written(point) for point in reversed(shown)]
    crossed = all(_breaches(alarm, point) for point in shown)
    verb = ("was" if len(shown) == 1 else "were") + ("" if crossed else " not")
    compared = f"{verb} {alarm.comparison.words} the threshold ({float(alarm.threshold)})"
    text = f"Threshold Crossed: {_counted(alarm, len(shown))}"
    if len(shown) <= MOST_INLINE:
        text += f" [{', '.join(newest_first)}] {compared}"
    else:
        which = "crossed" if crossed else "did not cross"
        listed = ", ".join(newest_first[:MOST_LISTED])
        text += f" {compared}. The most recent datapoints which {which} the threshold: [{listed}]"
    return f"{text}{_least_for(alarm, state)}."


def _counted(alarm: Alarm, shown: int) -> str:
    if alarm.datapoints_to_alarm is not None:
        return f"{shown} out of the last {alarm.evaluation_periods} datapoints"
    return "1 datapoint" if shown == 1 else f"{shown} datapoints"


def _least_for(alarm: Alarm, state: AlarmState) -> str:
    """` (minimum 2 datapoints for OK -> ALARM transition)`: CloudWatch writes it whatever the state was before."""
    if alarm.datapoints_to_alarm is None:
        return ""
    alarming = state is AlarmState.ALARM
    least = alarm.needed if alarming else alarm.evaluation_periods - alarm.needed + 1
    noun = "datapoint" if least == 1 else "datapoints"
    return f" (minimum {least} {noun} for {'OK -> ALARM' if alarming else 'ALARM -> OK'} transition)"


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
