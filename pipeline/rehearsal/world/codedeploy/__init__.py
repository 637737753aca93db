"""CodeDeploy for Lambda as a pure state machine, standard library only.

    from pipeline.rehearsal.world.codedeploy import (
        AlarmConfiguration, AlarmStates, DeploymentPlan, EventName, Finish, HookReported, InvokeHook, Outcome,
        RollbackEvent, SetWeights, StopRequested, Tick, next_wake, routing_of, start, step,
    )

A driver calls `start(plan, now, alarm_states)`, carries out the effects in order, and then `step(state, event, now)`
for each hook report, each reading of the alarms, each stop, and a `Tick()` at `next_wake(state)` (world seconds),
until a `Finish` comes out.
"""

from pipeline.rehearsal.world.codedeploy.machine import HOOK_LIMIT_S, next_wake, start, step
from pipeline.rehearsal.world.codedeploy.messages import (
    AlarmStates,
    DeploymentEnded,
    DeploymentStarted,
    Effect,
    Event,
    Finish,
    HookReported,
    Ignored,
    InvokeHook,
    SetWeights,
    StopRequested,
    Tick,
)
from pipeline.rehearsal.world.codedeploy.plan import AlarmConfiguration, DeploymentPlan, RollbackEvent
from pipeline.rehearsal.world.codedeploy.problem import CodeDeployProblem
from pipeline.rehearsal.world.codedeploy.routing import (
    AllAtOnce,
    Canary,
    Linear,
    Routing,
    Shift,
    routing_of,
    share_left,
    shifts,
)
from pipeline.rehearsal.world.codedeploy.state import (
    DeploymentState,
    DeploymentStatus,
    ErrorCode,
    EventName,
    EventStatus,
    Failure,
    LifecycleEvent,
    Outcome,
    Rollback,
)

__all__ = [
    "HOOK_LIMIT_S",
    "AlarmConfiguration",
    "AlarmStates",
    "AllAtOnce",
    "Canary",
    "CodeDeployProblem",
    "DeploymentEnded",
    "DeploymentPlan",
    "DeploymentStarted",
    "DeploymentState",
    "DeploymentStatus",
    "Effect",
    "ErrorCode",
    "Event",
    "EventName",
    "EventStatus",
    "Failure",
    "Finish",
    "HookReported",
    "Ignored",
    "InvokeHook",
    "LifecycleEvent",
    "Linear",
    "Outcome",
    "Rollback",
    "RollbackEvent",
    "Routing",
    "SetWeights",
    "Shift",
    "StopRequested",
    "Tick",
    "next_wake",
    "routing_of",
    "share_left",
    "shifts",
    "start",
    "step",
]
