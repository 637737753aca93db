"""How a deployment ends, with or without a rollback; nothing leaves these states."""

from dataclasses import replace

from pipeline.rehearsal.world.codedeploy.messages import (
    DeploymentEnded,
    DeploymentStarted,
    Effect,
    Finish,
    SetWeights,
)
from pipeline.rehearsal.world.codedeploy.plan import DeploymentPlan
from pipeline.rehearsal.world.codedeploy.state import (
    DeploymentState,
    DeploymentStatus,
    EventName,
    EventStatus,
    Failure,
    LifecycleEvent,
    Outcome,
    Rollback,
)

STATUS = {
    Outcome.SUCCEEDED: DeploymentStatus.SUCCEEDED,
    Outcome.FAILED: DeploymentStatus.FAILED,
    Outcome.STOPPED: DeploymentStatus.STOPPED,
}


def nothing_to_shift(plan: DeploymentPlan, at: float, reason: str) -> tuple[DeploymentState, tuple[Effect, ...]]:
    """No deployment is made: no status, every event skipped, and no weight is touched."""
    events = tuple(LifecycleEvent(name, EventStatus.SKIPPED) for name in EventName)
    state = DeploymentState(plan, None, at, events, new_percent=100, outcome=Outcome.NOTHING_TO_SHIFT)
    return state, (Finish(Outcome.NOTHING_TO_SHIFT, reason, False, 100, at),)


def end(
    state: DeploymentState,
    outcome: Outcome,
    at: float,
    reason: str,
    failure: Failure | None = None,
    *,
    rolls_back: bool = False,
) -> tuple[DeploymentState, tuple[Effect, ...]]:
    """Close the deployment; with a rollback, a new one shifts everything back at once.

    Source: "Redeploy and roll back a deployment with CodeDeploy": a rollback is technically a new deployment with a
    new id. Without one the weights stay as they are, and an alias left on two versions blocks the next deployment
    ("Troubleshoot AWS Lambda deployment issues").
    """
    status = STATUS[outcome]
    closed = replace(
        state,
        status=status,
        at=at,
        events=tuple(_closed(event, at) for event in state.events),
        hook_deadline=None,
        failure=failure,
        outcome=outcome,
    )
    effects: tuple[Effect, ...] = (DeploymentEnded(state.plan.deployment_id, status, at, failure),)
    if rolls_back:
        closed, undone = _rolled_back(closed, at)
        effects += undone
    return closed, (*effects, Finish(outcome, reason, rolls_back, closed.new_percent, at))


def _rolled_back(state: DeploymentState, at: float) -> tuple[DeploymentState, tuple[Effect, ...]]:
    """The rollback deployment, whole: hooks don't run in it, and it moves no weight where none had moved."""
    plan = state.plan
    back = SetWeights(plan.rollback_id, 0, plan.target_version, plan.current_version or "", at)
    effects: tuple[Effect, ...] = (
        DeploymentStarted(plan.rollback_id, at, rollback_of=plan.deployment_id),
        *((back,) if state.new_percent else ()),
        DeploymentEnded(plan.rollback_id, DeploymentStatus.SUCCEEDED, at),
    )
    return replace(state, new_percent=0, rollback=Rollback(plan.rollback_id, plan.deployment_id, at)), effects


def _closed(event: LifecycleEvent, at: float) -> LifecycleEvent:
    """What was running has failed, what was still to come is skipped."""
    if event.status is EventStatus.IN_PROGRESS:
        return replace(event, status=EventStatus.FAILED, ended_at=at)
    return replace(event, status=EventStatus.SKIPPED) if event.status is EventStatus.PENDING else event
