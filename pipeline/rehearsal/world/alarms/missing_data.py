"""Which state a row of datapoints means, some of them missing.

Source for every rule: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data", with its two
tables of examples and the section "Avoiding premature transitions to alarm state".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.rehearsal.world.alarms.model import AlarmState, MissingData

EXTRA_PERIODS = 2
"""Periods fetched beyond EvaluationPeriods. AWS says only "a higher number"; its tables show 5 for 3."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A state and what stood behind it.

    `used` are the positions of the real datapoints that counted, `filled` is how many were missing of those needed.
    `retained` says why the state was kept instead of decided; it is empty for a decision.
    """

    state: AlarmState
    used: tuple[int, ...]
    filled: int
    retained: str = ""


def decide(
    breaching: Sequence[bool | None], periods: int, needed: int, treatment: MissingData, current: AlarmState
) -> Decision:
    """The state from the whole evaluation range, oldest first: True breaching, False not, None missing.

    `periods` is N (EvaluationPeriods), `needed` is M (DatapointsToAlarm). With N real datapoints in the range the
    latest N decide, however old, and the treatment is not asked. With fewer, all real ones count and only the
    shortfall is filled in.
    """
    real = [position for position, point in enumerate(breaching) if point is not None]
    if len(real) >= periods:
        used = tuple(real[-periods:])
        bad = sum(breaching[position] is True for position in used)
        return Decision(AlarmState.ALARM if bad >= needed else AlarmState.OK, used, 0)
    filled = periods - len(real)
    state = _with_gaps(breaching, filled, needed, treatment)
    if state is None:
        return Decision(current, tuple(real), filled, f"{filled} of {periods} datapoints are missing and ignored")
    return Decision(state, tuple(real), filled)


def _with_gaps(breaching: Sequence[bool | None], filled: int, needed: int, treatment: MissingData) -> AlarmState | None:
    """The state when fewer datapoints exist than the alarm evaluates; None retains the present one."""
    bad = sum(point is True for point in breaching) + (filled if treatment is MissingData.BREACHING else 0)
    if bad >= needed:
        return AlarmState.ALARM
    if treatment in (MissingData.BREACHING, MissingData.NOT_BREACHING) or False in breaching:
        return AlarmState.OK
    if treatment is MissingData.IGNORE:
        return None
    return _nothing_healthy_seen(breaching, needed)


def _nothing_healthy_seen(breaching: Sequence[bool | None], needed: int) -> AlarmState:
    """Treatment `missing`, and each datapoint that exists breaches: too few of them to make M.

    Premature-alarm rule: ALARM once the oldest breaching datapoint is M periods old, as everything since is breaching
    or missing. Younger than that (`- - - - X` with M = 3) it does not go to ALARM; as INSUFFICIENT_DATA needs the
    whole range to be missing, OK is what is left. The page counts that age once within the evaluation periods and
    once within the evaluation range; here it is the range, so that an alarm does not clear without a healthy
    datapoint.
    """
    if True not in breaching:
        return AlarmState.INSUFFICIENT_DATA
    age = len(breaching) - list(breaching).index(True)
    return AlarmState.ALARM if age >= needed else AlarmState.OK
