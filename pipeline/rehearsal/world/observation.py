"""What the world tells while it works: one frozen shape per kind of thing that happens in it.

Standard library only, since the emulator's process makes these and the rehearsal's side reads them. Two times stand on
every observation: `real`, seconds on a monotonic clock since the world began (durations and latencies are real), and
`world`, seconds since the epoch on the compressed clock that waits and periods follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

type Weights = Mapping[str, float]


@dataclass(frozen=True)
class DeploymentStarted:
    """CodeDeploy began to move an alias; `alarms` are the names that the deployment group watches."""

    deployment: str
    application: str
    group: str
    function: str
    alias: str
    from_version: str
    to_version: str
    configuration: str
    alarms: tuple[str, ...] = ()
    kind: Literal["deployment-started"] = "deployment-started"


@dataclass(frozen=True)
class LifecycleEvent:
    """A lifecycle event of a deployment changed: BeforeAllowTraffic, AllowTraffic or AfterAllowTraffic.

    `status` is CodeDeploy's: Pending, InProgress, Succeeded, Failed, Skipped, Unknown.
    """

    deployment: str
    name: str
    status: str
    detail: str = ""
    kind: Literal["lifecycle-event"] = "lifecycle-event"


@dataclass(frozen=True)
class HookAnswered:
    """What was returned for people of a deployment, as JSON: CodeDeploy does not read it.

    `name` is the lifecycle event of a hook, or the function that was called besides.
    """

    deployment: str
    name: str
    answer: str
    kind: Literal["hook-answered"] = "hook-answered"


@dataclass(frozen=True)
class WeightsSet:
    """An alias now sends these shares (0 to 1, summing to 1) of its requests to these versions."""

    function: str
    alias: str
    weights: Weights
    deployment: str | None = None
    kind: Literal["weights-set"] = "weights-set"


@dataclass(frozen=True)
class DeploymentFinished:
    """A deployment ended: `status` is Succeeded, Failed or Stopped; `rolled_back`: the old version has all again."""

    deployment: str
    function: str
    alias: str
    status: str
    rolled_back: bool
    reason: str = ""
    kind: Literal["deployment-finished"] = "deployment-finished"


@dataclass(frozen=True)
class AlarmChanged:
    """An alarm changed its state; `measured` is the datapoint that decided (None without data), `limit` its threshold.

    A composite alarm has neither. `behind` has the values that `measured` was calculated from, by the ids of their
    rows: the metrics of that one period of `period_seconds`.
    """

    alarm: str
    old: str
    new: str
    reason: str
    measured: float | None = None
    limit: float | None = None
    unit: str | None = None
    metric: str | None = None
    behind: Mapping[str, float] = field(default_factory=dict)
    period_seconds: float | None = None
    kind: Literal["alarm-changed"] = "alarm-changed"


@dataclass(frozen=True)
class VersionSample:
    """What one version answered within one real second.

    `errors` are exceptions and timeouts (Lambda's own count), `server_errors` answers of 500 and above among the rest;
    `failed` is their sum. Latencies are milliseconds as the door measured them, None without requests.
    """

    version: str
    requests: int
    errors: int
    server_errors: int
    p50_ms: float | None = None
    p99_ms: float | None = None

    @property
    def failed(self) -> int:
        """Every request that this version did not answer well."""
        return self.errors + self.server_errors


@dataclass(frozen=True)
class CanarySample:
    """One real second of a deployment: `weight` is the new version's share (0 to 1) at its end.

    `failures` counts the new version's failed requests by operation ("GET /v1/products", or "invoke" without an API).
    `measured` maps the watched alarms to the value that each last saw.
    """

    deployment: str
    function: str
    alias: str
    weight: float
    new: VersionSample
    old: VersionSample
    failures: Mapping[str, int]
    measured: Mapping[str, float]
    kind: Literal["canary-sample"] = "canary-sample"


@dataclass(frozen=True)
class FunctionError:
    """A line that a function logged when it failed, or the error it ended with; cut to a bounded length."""

    function: str
    version: str
    request: str
    line: str
    kind: Literal["function-error"] = "function-error"


@dataclass(frozen=True)
class WorldFailed:
    """We failed, not the change: what came out of the world since then proves nothing."""

    what: str
    kind: Literal["world-failed"] = "world-failed"


@dataclass(frozen=True)
class ObservationsDropped:
    """The world told more than it may keep: `count` observations before this one are lost."""

    count: int
    kind: Literal["observations-dropped"] = "observations-dropped"


type Happening = (
    DeploymentStarted
    | LifecycleEvent
    | HookAnswered
    | WeightsSet
    | DeploymentFinished
    | AlarmChanged
    | CanarySample
    | FunctionError
    | WorldFailed
    | ObservationsDropped
)


@dataclass(frozen=True)
class Observation:
    """A happening in its place: `sequence` counts from 1 without gaps, in order of happening."""

    sequence: int
    real: float
    world: float
    account: str
    region: str
    what: Happening
