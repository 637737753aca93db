"""Which alarms keep others quiet. Pure.

Source: CloudWatch user guide, "Alarm suppression": a composite alarm names its suppressor by an ARN or by a name, and
takes no action while that is on. EventBridge user guide, "Monitoring Amazon EventBridge": how often a rule was
triggered is counted under its name, in AWS/Events.
"""

from collections.abc import Iterator, Set

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.alarms import watch_of
from pipeline.gates.guard.facts.flows import RULE
from pipeline.gates.guard.facts.rollout import ALARM
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import names_in
from pipeline.gates.openapi.node import Json

COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
OF_EVENTS, BY_RULE = "AWS/Events", "RuleName"


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


def rules_counted(stack: Stack, alarm: Resource) -> Iterator[Resource]:
    """The stack's EventBridge rules whose events an alarm of it counts."""
    counted = [each.dimensions.get(BY_RULE) for each in watch_of(alarm).metrics if each.namespace == OF_EVENTS]
    for rule in stack.all(RULE):
        if any(value is not None and (value == rule.at("Name") or stack.target(value) == rule) for value in counted):
            yield rule
