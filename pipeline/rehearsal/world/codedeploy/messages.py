"""What goes into the machine (events) and what comes out (effects, for a driver to carry out in order)."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.rehearsal.world.codedeploy.state import DeploymentStatus, EventName, Failure, Outcome


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class HookReported:
    """PutLifecycleEventHookExecutionStatus was called; only `Succeeded` and `Failed` are accepted there."""

    event: EventName
    status: str


@dataclass(frozen=True, slots=True)
class AlarmStates:
    """The state of every watched alarm, by name; one that is absent or None could not be read."""

    states: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class StopRequested:
    """StopDeployment was called; `auto_rollback` None leaves it to the group's DEPLOYMENT_STOP_ON_REQUEST."""

    auto_rollback: bool | None = None


type Event = Tick | HookReported | AlarmStates | StopRequested


@dataclass(frozen=True, slots=True)
class DeploymentStarted:
    """A deployment now exists; `rollback_of` names the one it undoes."""

    deployment_id: str
    at: float
    rollback_of: str | None = None


@dataclass(frozen=True, slots=True)
class InvokeHook:
    """Invoke `function` with {"DeploymentId": ..., "LifecycleEventHookExecutionId": ...}."""

    deployment_id: str
    event: EventName
    function: str
    execution_id: str
    at: float


@dataclass(frozen=True, slots=True)
class SetWeights:
    """Give the new version `new_percent` of the alias's traffic, the old one the rest.

    While both have some, the alias's FunctionVersion stays the old one and the new one stands in its
    AdditionalVersionWeights (Lambda developer guide, "Weighted aliases"); at 100 FunctionVersion moves.
    """

    deployment_id: str
    new_percent: int
    new_version: str
    old_version: str
    at: float

    @property
    def new_fraction(self) -> float:
        """As Lambda's AdditionalVersionWeights wants it: 0.0 to 1.0."""
        return self.new_percent / 100


@dataclass(frozen=True, slots=True)
class DeploymentEnded:
    """A deployment (the one asked for, or its rollback) has its final status."""

    deployment_id: str
    status: DeploymentStatus
    at: float
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """The event came when nothing waited for it; AWS answers such a call with an error."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The very last effect, once: what became of it, whether it was rolled back, and who has the traffic."""

    outcome: Outcome
    reason: str
    rolled_back: bool
    new_percent: int
    at: float


type Effect = DeploymentStarted | InvokeHook | SetWeights | DeploymentEnded | Ignored | Finish
