"""A new version gets a small part of the traffic first, and all of it only after a while."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.rollout import Rollout, rollout_before, rollouts
from pipeline.gates.guard.facts.shifts import Shift
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="rollout",
    what="Traffic moves in parts wherever the plan or the base release says so, and always in the last stage",
    why="a bad version that takes everybody at once has failed everybody before an alarm can tell",
    fix="name a canary or linear configuration in the plan's Rollout, such as LambdaCanary10Percent5Minutes",
    models="R01: canary to LambdaAllAtOnce",
    needs="every stage",
)
WHERE = "DeploymentConfigName"
MOST_AT_FIRST = 50.0
"""Percent. More than half is no part that the rest could be compared with, or be spared."""
SHORTEST_MINUTES = 1.0
"""CodeDeploy asks its alarms about once a minute: what is over by then was watched by nobody."""


def look(subject: Subject) -> Iterator[Looked]:
    """The deployment group of each alias that is shifted."""
    for rollout in rollouts(subject.candidate):
        old = rollout_before(subject.stack_before(rollout.stack), rollout)
        if rollout.group:
            yield looked(rollout.group, _wrong(subject, rollout, old))


def _wrong(subject: Subject, rollout: Rollout, old: Rollout | None) -> Wrong | None:
    config = rollout.group.at(WHERE) if rollout.group else None
    shift, before = rollout.shift, old.shift if old else None
    reason = _must_be_gradual(subject, rollout.stack.stage, before)
    if shift is None:
        return Wrong(f"nobody knows what the configuration {said(config)} does", WHERE)
    if not reason:
        return None
    if shift.at_once:
        return Wrong(f"all traffic moves at once ({said(config)}), though {reason}", WHERE)
    if shift.first_percent > MOST_AT_FIRST:
        return Wrong(f"{shift.first_percent:g} % of the traffic moves first: at most {MOST_AT_FIRST:g} %", WHERE)
    if shift.minutes < SHORTEST_MINUTES:
        return Wrong(f"all traffic has moved after {shift.minutes:g} minutes: at least {SHORTEST_MINUTES:g}", WHERE)
    return None


def _must_be_gradual(subject: Subject, stage: str, before: Shift | None) -> str:
    """Why traffic must move in parts here; "" if it need not. What stands in the plan is the candidate's own word."""
    stages = subject.delivery.stages
    if not stages or stage == stages[-1].name or stage not in [each.name for each in stages]:
        return f"{stage} is where customers are"
    if before and not before.at_once:
        return f"the base release shifts {before.first_percent:g} % first, all in {before.minutes:g} minutes"
    planned = next(each.rollout.config for each in stages if each.name == stage)
    return "" if planned == "LambdaAllAtOnce" else f"the plan says {planned}"
