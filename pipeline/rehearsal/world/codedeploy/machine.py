"""The deployment as a state machine: `start`, `step`, `next_wake`. Pure; every time is world seconds, passed in.

Sources: CodeDeploy User Guide, "Deployments on an AWS Lambda compute platform", "AppSpec 'hooks' section", "Redeploy
and roll back a deployment with CodeDeploy", "Monitoring deployments with Amazon CloudWatch alarms".
"""

from collections.abc import Mapping
from dataclasses import replace

from pipeline.rehearsal.world.codedeploy.ending import end, nothing_to_shift
from pipeline.rehearsal.world.codedeploy.messages import (
    AlarmStates,
    DeploymentStarted,
    Effect,
    Event,
    HookReported,
    Ignored,
    InvokeHook,
    SetWeights,
    StopRequested,
    Tick,
)
from pipeline.rehearsal.world.codedeploy.plan import DeploymentPlan, RollbackEvent
from pipeline.rehearsal.world.codedeploy.problem import CodeDeployProblem
from pipeline.rehearsal.world.codedeploy.routing import shifts
from pipeline.rehearsal.world.codedeploy.state import (
    DeploymentState,
    DeploymentStatus,
    ErrorCode,
    EventName,
    EventStatus,
    Failure,
    LifecycleEvent,
    Outcome,
)

HOOK_LIMIT_S = 3600.0
"""A hook that doesn't report within an hour fails the deployment ("AppSpec 'hooks' section")."""

HOOK_FAILED = "The deployment failed because one or more of the lifecycle event validation functions failed."
HOOK_SILENT = (
    "The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one "
    "hour after a deployment hook is invoked."
)
ALARMS_ACTIVE = (
    "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected "
    "deployments have been stopped. Activated alarms:"
)

KNOWN_ALARM_STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")

type Step = tuple[DeploymentState, tuple[Effect, ...]]


def start(plan: DeploymentPlan, at: float, alarms: Mapping[str, str | None] | None = None) -> Step:
    """Begin; `alarms` holds the present state of every watched alarm.

    A first deployment and an unchanged version shift nothing: CloudFormation then makes no deployment, so there is no
    hook either ("UpdatePolicy attribute", CodeDeployLambdaAliasUpdate).
    """
    if plan.current_version is None:
        return nothing_to_shift(plan, at, f"alias {plan.alias} of {plan.function} is new: nothing to shift from")
    if plan.current_version == plan.target_version:
        return nothing_to_shift(plan, at, f"{plan.function} stays at version {plan.target_version}: nothing to shift")
    state = DeploymentState(plan, DeploymentStatus.IN_PROGRESS, at, tuple(LifecycleEvent(name) for name in EventName))
    started: tuple[Effect, ...] = (DeploymentStarted(plan.deployment_id, at),)
    failure = _alarm_failure(plan, alarms or {})
    if failure is not None:
        return _after(started, _stop_on_alarm(state, failure, at))
    return _after(started, _enter_hook(state, EventName.BEFORE_ALLOW_TRAFFIC, plan.before_allow_traffic, at))


def step(state: DeploymentState, event: Event, at: float) -> Step:
    """One event at a time that never runs backwards.

    What was due before `at` happens first, at its own time; at the very same time the event comes first, so that an
    alarm read in the second of a shift still stops that shift. A final state answers everything with itself.
    """
    if at < state.at:
        raise CodeDeployProblem(f"deployment {state.plan.deployment_id}: time ran back from {state.at} to {at}")
    state, effects = _advance(state, at, inclusive=False)
    state, more = _handle(state, event, at)
    effects += more
    state, more = _advance(state, at, inclusive=True)
    return (state if state.ended else replace(state, at=at)), effects + more


def next_wake(state: DeploymentState) -> float | None:
    """The world time at which something is due by itself; None when the deployment has ended."""
    if state.ended:
        return None
    if state.hook_deadline is not None:
        return state.hook_deadline
    return state.phase_at + shifts(state.plan.routing)[state.shifts_done].after_s


def _after(before: tuple[Effect, ...], result: Step) -> Step:
    return result[0], before + result[1]


def _advance(state: DeploymentState, until: float, *, inclusive: bool) -> Step:
    """Do everything that is due until then."""
    effects: tuple[Effect, ...] = ()
    while (due := next_wake(state)) is not None and (due < until or (inclusive and due == until)):
        state, more = _hook_timeout(state, due) if state.hook_deadline is not None else _shift(state, due, until)
        effects += more
    return state, effects


def _handle(state: DeploymentState, event: Event, at: float) -> Step:
    match event:
        case Tick():
            return state, ()
        case HookReported():
            return _hook_reported(state, event, at)
        case AlarmStates(states):
            failure = None if state.ended else _alarm_failure(state.plan, states)
            return (state, ()) if failure is None else _stop_on_alarm(state, failure, at)
        case StopRequested(auto_rollback):
            return _stop_on_request(state, auto_rollback, at)


def _shift(state: DeploymentState, due: float, now: float) -> Step:
    """The next increment, at its due time; after the last one comes AfterAllowTraffic."""
    plan = state.plan
    shift = shifts(plan.routing)[state.shifts_done]
    moved = replace(state, new_percent=shift.new_percent, shifts_done=state.shifts_done + 1, at=due)
    weights = SetWeights(plan.deployment_id, shift.new_percent, plan.target_version, plan.current_version or "", due)
    if moved.shifts_done < len(shifts(plan.routing)):
        return moved, (weights,)
    done = _marked(moved, EventName.ALLOW_TRAFFIC, EventStatus.SUCCEEDED, due)
    return _after((weights,), _enter_hook(done, EventName.AFTER_ALLOW_TRAFFIC, plan.after_allow_traffic, due, now))


def _enter_hook(
    state: DeploymentState, name: EventName, function: str | None, at: float, handed_out_at: float | None = None
) -> Step:
    """Invoke a hook, or go past it where there is none: CodeDeploy marks that event Succeeded.

    Its hour counts from when the driver is handed the invocation, so that a late tick can't time out a hook that
    had no chance to run.
    """
    if function is None:
        return _leave_hook(_marked(state, name, EventStatus.SUCCEEDED, at), name, at)
    deployment_id = state.plan.deployment_id
    begun = _marked(state, name, EventStatus.IN_PROGRESS, at)
    waiting = replace(begun, hook_deadline=(at if handed_out_at is None else handed_out_at) + HOOK_LIMIT_S, phase_at=at)
    return waiting, (InvokeHook(deployment_id, name, function, f"{deployment_id}.{name}", at),)


def _leave_hook(state: DeploymentState, name: EventName, at: float) -> Step:
    """On to the traffic, or to the end."""
    cleared = replace(state, hook_deadline=None, at=at)
    if name is EventName.BEFORE_ALLOW_TRAFFIC:
        moving = _marked(cleared, EventName.ALLOW_TRAFFIC, EventStatus.IN_PROGRESS, at)
        return _advance(replace(moving, phase_at=at), at, inclusive=True)
    plan = state.plan
    return end(cleared, Outcome.SUCCEEDED, at, f"{plan.function}:{plan.alias} is at version {plan.target_version}")


def _hook_reported(state: DeploymentState, report: HookReported, at: float) -> Step:
    if report.status not in ("Succeeded", "Failed"):
        raise CodeDeployProblem(f"hook {report.event} reported {report.status!r}; only Succeeded or Failed is accepted")
    if state.awaited_hook is not report.event:
        awaited = state.awaited_hook or "no hook"
        return state, (Ignored(f"{report.event} reported {report.status}, but {awaited} is awaited"),)
    if report.status == "Succeeded":
        return _leave_hook(_marked(state, report.event, EventStatus.SUCCEEDED, at), report.event, at)
    return _hook_failed(state, report.event, HOOK_FAILED, "reported Failed", at)


def _hook_timeout(state: DeploymentState, at: float) -> Step:
    name = state.running or EventName.BEFORE_ALLOW_TRAFFIC
    return _hook_failed(state, name, HOOK_SILENT, f"did not report within {HOOK_LIMIT_S:.0f} s", at)


def _hook_failed(state: DeploymentState, name: EventName, message: str, what: str, at: float) -> Step:
    plan = state.plan
    function = plan.before_allow_traffic if name is EventName.BEFORE_ALLOW_TRAFFIC else plan.after_allow_traffic
    failure = Failure(ErrorCode.HOOK_EXECUTION_FAILURE, message, f"hook {name} ({function}) {what}")
    rolls_back = RollbackEvent.FAILURE in plan.auto_rollback
    return end(state, Outcome.FAILED, at, failure.detail, failure, rolls_back=rolls_back)


def _alarm_failure(plan: DeploymentPlan, states: Mapping[str, str | None]) -> Failure | None:
    """What the watched alarms say against going on; INSUFFICIENT_DATA says nothing."""
    read = {name: states.get(name) for name in plan.alarms.watched}
    for name, state in read.items():
        if state is not None and state not in KNOWN_ALARM_STATES:
            raise CodeDeployProblem(
                f"alarm {name}: unknown state {state!r}; use one of {', '.join(KNOWN_ALARM_STATES)}"
            )
    active = [name for name, state in read.items() if state == "ALARM"]
    if active:
        listed = " ".join(f"<{name}>" for name in active)
        return Failure(ErrorCode.ALARM_ACTIVE, f"{ALARMS_ACTIVE} {listed}", f"alarm {', '.join(active)} is in ALARM")
    unread = [name for name, state in read.items() if state is None]
    if unread and not plan.alarms.ignore_poll_failure:
        detail = f"the state of alarm {', '.join(unread)} could not be read"
        return Failure(ErrorCode.INTERNAL_ERROR, f"The deployment was stopped: {detail}.", detail)
    return None


def _stop_on_alarm(state: DeploymentState, failure: Failure, at: float) -> Step:
    rolls_back = RollbackEvent.STOP_ON_ALARM in state.plan.auto_rollback
    return end(state, Outcome.STOPPED, at, failure.detail, failure, rolls_back=rolls_back)


def _stop_on_request(state: DeploymentState, auto_rollback: bool | None, at: float) -> Step:
    """API reference, `StopDeployment`: the request decides about the rollback, else the group's configuration."""
    if state.ended:
        return state, (Ignored(f"deployment {state.plan.deployment_id} has already ended"),)
    configured = RollbackEvent.STOP_ON_REQUEST in state.plan.auto_rollback
    detail = "the deployment was stopped by request"
    failure = Failure(ErrorCode.MANUAL_STOP, "The deployment was stopped by request.", detail)
    rolls_back = configured if auto_rollback is None else auto_rollback
    return end(state, Outcome.STOPPED, at, failure.detail, failure, rolls_back=rolls_back)


def _marked(state: DeploymentState, name: EventName, status: EventStatus, at: float) -> DeploymentState:
    """The state with one lifecycle event moved on."""
    return replace(state, events=tuple(_moved(e, status, at) if e.name is name else e for e in state.events))


def _moved(event: LifecycleEvent, status: EventStatus, at: float) -> LifecycleEvent:
    if status is EventStatus.IN_PROGRESS:
        return replace(event, status=status, started_at=at)
    return replace(event, status=status, started_at=at if event.started_at is None else event.started_at, ended_at=at)
