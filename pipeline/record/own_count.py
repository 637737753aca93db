"""What an alarm counted itself: its period sees other requests than the whole rollout, and the two are told apart."""

from pipeline.record.events import AlarmChanged
from pipeline.record.figures import number

MINUTE = 60


def own_count(change: AlarmChanged) -> str:
    """` (errors 6, requests 17 in the alarm's minute)`, to stand behind its value; empty where it read one metric."""
    if not change.behind or change.period_seconds is None:
        return ""
    counts = ", ".join(f"{name} {number(value)}" for name, value in change.behind.items())
    period = "minute" if change.period_seconds == MINUTE else f"{number(change.period_seconds)} s"
    return f" ({counts} in the alarm's {period})"
