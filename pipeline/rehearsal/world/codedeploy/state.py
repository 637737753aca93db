"""Where a deployment stands, in CodeDeploy's own words."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.rehearsal.world.codedeploy.plan import DeploymentPlan


class DeploymentStatus(StrEnum):
    """API reference, `DeploymentInfo.status` (those a Lambda deployment goes through)."""

    CREATED = "Created"
    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPED = "Stopped"


class EventName(StrEnum):
    """The lifecycle events of a Lambda deployment in their order.

    Source: CodeDeploy User Guide, "AppSpec 'hooks' section": only the Before and After events can have a hook.
    """

    START = "Start"
    BEFORE_ALLOW_TRAFFIC = "BeforeAllowTraffic"
    ALLOW_TRAFFIC = "AllowTraffic"
    AFTER_ALLOW_TRAFFIC = "AfterAllowTraffic"
    END = "End"


class EventStatus(StrEnum):
    """API reference, `LifecycleEvent.status`."""

    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SKIPPED = "Skipped"


class ErrorCode(StrEnum):
    """API reference, `ErrorInformation.code`. ALARM_POLL_FAILURE is ours: AWS documents none for that case."""

    ALARM_ACTIVE = "ALARM_ACTIVE"
    ALARM_POLL_FAILURE = "ALARM_POLL_FAILURE"
    HOOK_EXECUTION_FAILURE = "HOOK_EXECUTION_FAILURE"
    MANUAL_STOP = "MANUAL_STOP"
    TIMEOUT = "TIMEOUT"


class Outcome(StrEnum):
    """What became of the request. NOTHING_TO_SHIFT: no deployment was made, so nothing was proven either."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    NOTHING_TO_SHIFT = "nothing to shift"


@dataclass(frozen=True, slots=True)
class LifecycleEvent:
    """One event with its times in world seconds."""

    name: EventName
    status: EventStatus = EventStatus.PENDING
    started_at: float | None = None
    ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a deployment didn't succeed."""

    code: ErrorCode
    message: str


@dataclass(frozen=True, slots=True)
class Rollback:
    """The deployment that shifted everything back, at once, after another one ended badly."""

    deployment_id: str
    at: float
    message: str


@dataclass(frozen=True, slots=True)
class DeploymentState:
    """A deployment at a time (`at`, world seconds).

    `new_percent` is the share of the new version now. `shifts_done` counts applied shifts, `phase_at` is when the
    running event began, `hook_deadline` when a silent hook fails the deployment. `outcome` is set once, at the end.
    """

    plan: DeploymentPlan
    status: DeploymentStatus | None
    at: float
    events: tuple[LifecycleEvent, ...]
    new_percent: int = 0
    shifts_done: int = 0
    phase_at: float = 0.0
    hook_deadline: float | None = None
    failure: Failure | None = None
    rollback: Rollback | None = None
    outcome: Outcome | None = None

    @property
    def running(self) -> EventName | None:
        """The lifecycle event in progress."""
        return next((event.name for event in self.events if event.status is EventStatus.IN_PROGRESS), None)

    @property
    def ended(self) -> bool:
        """Whether this state is final."""
        return self.outcome is not None

    @property
    def awaited_hook(self) -> EventName | None:
        """The hook whose report is awaited."""
        return self.running if self.hook_deadline is not None else None
