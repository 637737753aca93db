"""CodeDeploy's own things: applications, deployment groups, configurations, and the deployments there were."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.rehearsal.world.codedeploy import (
    AlarmConfiguration,
    CodeDeployProblem,
    DeploymentState,
    RollbackEvent,
    Routing,
)
from pipeline.rehearsal.world.emulator.inside.telemetry import Place


@dataclass(frozen=True)
class Group:
    """A deployment group: how it shifts, what it watches, when it rolls back."""

    application: str
    name: str
    configuration: str
    service_role: str
    alarms: AlarmConfiguration = field(default_factory=AlarmConfiguration)
    rollback: frozenset[RollbackEvent] = frozenset()
    id: str = ""


@dataclass(frozen=True)
class Configuration:
    """A deployment configuration of one's own."""

    name: str
    routing: Routing
    id: str = ""


@dataclass
class Deployment:
    """A deployment, as it stands; `created` and `ended` are world times."""

    place: Place
    state: DeploymentState
    configuration: str
    created: float
    creator: str = "user"
    ended: float | None = None
    hooks: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its id."""
        return self.state.plan.deployment_id


class CodeDeployStore:
    """Everything by place and name. A lookup of what isn't there raises CodeDeployProblem."""

    def __init__(self) -> None:
        self.applications: dict[tuple[Place, str], str] = {}
        self.groups: dict[tuple[Place, str, str], Group] = {}
        self.configurations: dict[tuple[Place, str], Configuration] = {}
        self._deployments: dict[str, Deployment] = {}
        self._lock = threading.Lock()

    def group(self, place: Place, application: str, name: str) -> Group:
        """The group of an application."""
        if (place, application) not in self.applications:
            raise CodeDeployProblem(f"no CodeDeploy application {application!r} in {place[0]} {place[1]}")
        if (found := self.groups.get((place, application, name))) is None:
            raise CodeDeployProblem(f"no deployment group {name!r} in application {application!r}")
        return found

    def routings(self, place: Place) -> Mapping[str, Routing]:
        """The configurations of one's own, by name."""
        return {name: kept.routing for (where, name), kept in self.configurations.items() if where == place}

    def add(self, deployment: Deployment) -> None:
        """Keep a new deployment."""
        with self._lock:
            self._deployments[deployment.id] = deployment

    def deployment(self, place: Place, deployment_id: str) -> Deployment:
        """The deployment with this id."""
        found = self._deployments.get(deployment_id)
        if found is None or found.place != place:
            raise CodeDeployProblem(f"The deployment {deployment_id} could not be found")
        return found

    def deployments(self, place: Place) -> tuple[Deployment, ...]:
        """Every deployment of a place, oldest first."""
        with self._lock:
            return tuple(kept for kept in self._deployments.values() if kept.place == place)
