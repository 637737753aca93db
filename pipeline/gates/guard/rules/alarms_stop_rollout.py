"""A deployment group watches alarms that are there, and none that it watched before is gone."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.break_glass import flag_of
from pipeline.gates.guard.facts.hooks import BEFORE
from pipeline.gates.guard.facts.rollout import Rollout, rollout_before, rollouts
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said

ABOUT = About(
    kind="rollout",
    what="Each deployment group has one to ten alarms of its stack switched on, and keeps those it had",
    why="nothing stops a bad version that no alarm watches, and CodeDeploy takes an alarm it can't ask for a quiet one",
    fix="let the group watch every canary alarm of the plan's Rollout again (pipeline/cloud/service/rollout.py)",
    models="R02: the list of alarms emptied, or Enabled false",
    needs="every stage",
)
WHERE = "AlarmConfiguration"
MOST_ALARMS = 10
"""CodeDeploy quotas: alarms of a deployment group."""


def look(subject: Subject) -> Iterator[Looked]:
    """The deployment group of each alias that is shifted."""
    for rollout in rollouts(subject.candidate):
        if rollout.group:
            old = rollout_before(subject.stack_before(rollout.stack), rollout)
            switched = _switched(rollout.group, old, broken=flag_of(rollout.hook(BEFORE)) is not None)
            yield looked(rollout.group, *switched, *_listed(rollout), *_gone(rollout, old))


def _switched(group: Resource, old: Rollout | None, *, broken: bool) -> Iterator[Wrong]:
    """Whether its alarms are on; while the glass is broken they are not, of which `break_glass_is_short` tells."""
    was = old.group.at(WHERE, "Enabled") if old and old.group else None
    if group.at(WHERE, "Enabled") not in (True, "true") and not broken:
        yield Wrong(f"its alarms are not switched on: {changed(was, group.at(WHERE, 'Enabled'))}", f"{WHERE}.Enabled")
    if group.at(WHERE, "IgnorePollAlarmFailure") not in (None, False, "false"):
        yield Wrong("it goes on when its alarms can't be asked", f"{WHERE}.IgnorePollAlarmFailure")


def _listed(rollout: Rollout) -> Iterator[Wrong]:
    alarms = rollout.alarms
    if not alarms:
        yield Wrong("it watches no alarm", f"{WHERE}.Alarms")
    if len(alarms) > MOST_ALARMS:
        yield Wrong(f"it watches {len(alarms)} alarms: CodeDeploy takes {MOST_ALARMS}", f"{WHERE}.Alarms")
    for name, alarm in alarms:
        if alarm is None:
            yield Wrong(f"it watches {said(name)}, no metric alarm of this stack", f"{WHERE}.Alarms")


def _gone(rollout: Rollout, old: Rollout | None) -> Iterator[Wrong]:
    watched = {alarm.logical_id for _, alarm in rollout.alarms if alarm}
    for name, alarm in old.alarms if old else ():
        if alarm and alarm.logical_id not in watched:
            yield Wrong(f"it no longer watches {said(alarm.at('AlarmName') or name)}", f"{WHERE}.Alarms")
