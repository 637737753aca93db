"""Alarms that another one stands for, which asks the same and tells the same people under another name. Pure."""

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.subject import Subject
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped

SAID_ONLY = ("AlarmName", "AlarmDescription", "Tags")
"""Properties that change nothing of when an alarm fires, or of what it does then."""
ROWS, LABEL = "Metrics", "Label"


def successor(subject: Subject, old: Resource) -> Resource | None:
    """The candidate's alarm that does what one of the base did which is gone by its logical id; None without one."""
    stack = subject.candidate.stack(old.stack)
    alike = (new for new in (stack.all(old.type) if stack else ()) if _does(new) == _does(old))
    return next(alike, None)


def _does(alarm: Resource) -> tuple[Mapped, Json]:
    does = {name: value for name, value in alarm.properties.items() if name not in SAID_ONLY}
    if ROWS in does:
        does[ROWS] = [_without_label(mapped(row)) for row in listed(does[ROWS])]
    return does, alarm.body.get("Condition")


def _without_label(row: Mapped) -> Json:
    return {name: value for name, value in row.items() if name != LABEL}
