"""Which alarms keep others quiet. Pure.

Source: CloudWatch user guide, "Alarm suppression": a composite alarm names its suppressor by an ARN or by a name, and
takes no action while that is on.
"""

from collections.abc import Iterator, Set

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.rollout import ALARM
from pipeline.gates.guard.values import names_in
from pipeline.gates.openapi.node import Json

COMPOSITE = "AWS::CloudWatch::CompositeAlarm"


def suppressors(stack: Stack) -> Set[str]:
    """The logical ids of its alarms that composite alarms of it name as their suppressors."""
    return {name for composite in stack.all(COMPOSITE) for name in _named(stack, composite.at("ActionsSuppressor"))}


def _named(stack: Stack, told: Json) -> Iterator[str]:
    named = set(names_in(told))
    for alarm in stack.all(ALARM):
        name = alarm.at("AlarmName")
        if alarm.logical_id in named or (isinstance(name, str) and isinstance(told, str) and name in told.split(":")):
            yield alarm.logical_id


def only_suppresses(stack: Stack | None, name: str) -> bool:
    """Whether an alarm is there for nothing but to keep others quiet: it tells nobody itself."""
    if stack is None or name not in suppressors(stack):
        return False
    return not stack.resources[name].at("AlarmActions")
