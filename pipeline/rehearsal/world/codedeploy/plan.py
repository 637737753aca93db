"""What one Lambda deployment is asked to do."""

from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.rehearsal.world.codedeploy.problem import CodeDeployProblem
from pipeline.rehearsal.world.codedeploy.routing import Routing

MOST_ALARMS = 10


class RollbackEvent(StrEnum):
    """AutoRollbackConfiguration events (API reference, `AutoRollbackConfiguration`)."""

    FAILURE = "DEPLOYMENT_FAILURE"
    STOP_ON_ALARM = "DEPLOYMENT_STOP_ON_ALARM"
    STOP_ON_REQUEST = "DEPLOYMENT_STOP_ON_REQUEST"


@dataclass(frozen=True, slots=True)
class AlarmConfiguration:
    """The alarms a deployment watches, by name (API reference, `AlarmConfiguration`: at most ten)."""

    names: tuple[str, ...] = ()
    enabled: bool = True
    ignore_poll_failure: bool = False

    def __post_init__(self) -> None:
        """Refuse more alarms than CodeDeploy takes."""
        if len(self.names) > MOST_ALARMS:
            raise CodeDeployProblem(f"{len(self.names)} alarms on one deployment group; at most {MOST_ALARMS}")

    @property
    def watched(self) -> tuple[str, ...]:
        """The alarms that can stop the deployment."""
        return self.names if self.enabled else ()


@dataclass(frozen=True, slots=True)
class DeploymentPlan:
    """One deployment of one alias.

    `current_version` is None for an alias that doesn't exist yet. The hooks are function names or ARNs. Ids are given,
    so that nothing here is random; `rollback_id` is used only if there is a rollback.
    """

    deployment_id: str
    rollback_id: str
    application: str
    group: str
    function: str
    alias: str
    current_version: str | None
    target_version: str
    routing: Routing
    before_allow_traffic: str | None = None
    after_allow_traffic: str | None = None
    alarms: AlarmConfiguration = field(default_factory=AlarmConfiguration)
    auto_rollback: frozenset[RollbackEvent] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what can't be deployed."""
        if self.target_version == "$LATEST" or self.current_version == "$LATEST":
            raise CodeDeployProblem(
                f"alias {self.function}:{self.alias}: $LATEST can't take part in a deployment; publish a version"
            )
