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
    """The lifecycle events of a Lambda deployment in their order, as GetDeploymentTarget lists them.

    Source: CodeDeploy User Guide, "AppSpec 'hooks' section": the Before and After events can have a hook. Its Start
    and End cannot, and no deployment's list of events holds them.
    """

    BEFORE_ALLOW_TRAFFIC = "BeforeAllowTraffic"
    ALLOW_TRAFFIC = "AllowTraffic"
    AFTER_ALLOW_TRAFFIC = "AfterAllowTraffic"


class EventStatus(StrEnum):
    """API reference, `LifecycleEvent.status`."""

    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SKIPPED = "Skipped"


class ErrorCode(StrEnum):
    """API reference, `ErrorInformation.code`; AWS doesn't say which one a failed alarm poll has."""

    ALARM_ACTIVE = "ALARM_ACTIVE"
    HOOK_EXECUTION_FAILURE = "HOOK_EXECUTION_FAILURE"
    MANUAL_STOP = "MANUAL_STOP"
    INTERNAL_ERROR = "INTERNAL_ERROR"


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
    """Why a deployment didn't succeed: code and message as CodeDeploy gives them, `detail` in our words."""

    code: ErrorCode
    message: str
    detail: str


@dataclass(frozen=True, slots=True)
class Rollback:
    """The deployment that shifted everything back, at once and without hooks, after another one ended badly."""

    deployment_id: str
    rollback_of: str
    at: float

    @property
    def message(self) -> str:
        """`rollbackInfo.rollbackMessage` of the rollback deployment."""
        return f"Deployment {self.deployment_id} is triggered to roll back deployment {self.rollback_of}."

    @property
    def message_of_ended(self) -> str:
        """`rollbackInfo.rollbackMessage` of the deployment that was rolled back."""
        return (
            f"Deployment {self.rollback_of} terminated. "
            f"Automatic rollback is triggered with a DeploymentId {self.deployment_id}."
        )


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
    def stack_failure(self) -> str | None:
        """What CloudFormation says of the alias whose deployment failed: `d-X failed. <message>`."""
        return None if self.failure is None else f"{self.plan.deployment_id} failed. {self.failure.message}"

    @property
    def awaited_hook(self) -> EventName | None:
        """The hook whose report is awaited."""
        return self.running if self.hook_deadline is not None else None
