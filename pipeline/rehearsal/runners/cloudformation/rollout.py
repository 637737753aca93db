"""What the world tells of a deployment, turned into the run's events and added up.

Pure: observations in, events out. Latencies and counts are of real requests; `world_seconds` are on the compressed
clock, from the deployment's start.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.record.counting import plural
from pipeline.record.events import (
    AlarmChanged,
    Event,
    HookFinished,
    Noted,
    RolloutFinished,
    RolloutSample,
    RolloutStarted,
    WatchedAlarm,
)
from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.world import observation as seen
from pipeline.rehearsal.world.observation import Observation

ALL_AT_ONCE = "AllAtOnce"
PERCENT = "%"
NO_ACCIDENT = 2
"""So many failed requests are no accident."""
_MOVES = "AllowTraffic"
_HOOKS = ("BeforeAllowTraffic", "AfterAllowTraffic")
_DECIDED = ("Succeeded", "Failed")

type AlarmLimits = Callable[[Sequence[str]], Mapping[str, WatchedAlarm]]


@dataclass
class Rollout:
    """One deployment, added up as it goes: `requests` and `failed` are what the new version answered."""

    deployment: str
    function: str
    to_version: str
    config: str
    began: float
    alarms: Mapping[str, WatchedAlarm]
    requests: int = 0
    failed: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    moving: bool = False
    fired: AlarmChanged | None = None
    finished: RolloutFinished | None = None

    @property
    def shifts(self) -> bool:
        """Whether traffic moves step by step, so that the new version can be watched before it has all."""
        return ALL_AT_ONCE not in self.config

    @property
    def blind(self) -> bool:
        """Whether it succeeded while nobody asked the new version anything: that proves nothing."""
        done = self.finished is not None and self.finished.status == "Succeeded"
        return self.shifts and done and self.requests == 0

    @property
    def doubtful(self) -> str:
        """Why a success is none: over a limit in percent, though no alarm fired; empty if it is one.

        Alarms on rates ask for so many requests and failures first, which a rehearsal may not reach: a laptop sends a
        fraction of what production gets. One failed request is left to them.
        """
        limits = [alarm.limit for alarm in self.alarms.values() if alarm.unit == PERCENT]
        done = self.finished is not None and self.finished.status == "Succeeded"
        if not (limits and done and self.failed >= NO_ACCIDENT):
            return ""
        rate, limit = 100 * self.failed / self.requests, min(limits)
        if rate <= limit:
            return ""
        counts = f"{self.failed:,} of {plural(self.requests, 'request')} to version {self.to_version} failed"
        return f"{self.function}: {counts}, {rate:.3g} % where its alarms allow {limit:g} %"


class RolloutTeller:
    """Follows the deployments of one stage in one account and region.

    `errors` gathers what functions logged when they failed; whoever reads them takes them away.
    """

    def __init__(self, stage: str, account: str, region: str, limits: AlarmLimits) -> None:
        self._stage = stage
        self._place = (account, region)
        self._limits = limits
        self.rollouts: dict[str, Rollout] = {}
        self.errors: list[str] = []

    @property
    def under_way(self) -> bool:
        """Whether any deployment has begun and not ended."""
        return any(rollout.finished is None for rollout in self.rollouts.values())

    @property
    def shifting(self) -> bool:
        """Whether traffic moves step by step in any of them: CodeDeploy has begun to, and not ended."""
        return any(each.moving and each.finished is None for each in self.rollouts.values())

    def hear(self, observations: Iterable[Observation]) -> list[Event]:
        """The events that these observations make, in their order; Broke if the world says that it failed."""
        told: list[Event] = []
        for observation in observations:
            if isinstance(observation.what, seen.WorldFailed):
                raise Broke(f"the local AWS failed: {observation.what.what}")
            if (observation.account, observation.region) == self._place:
                told += self._tell(observation)
        return told

    def _tell(self, observation: Observation) -> list[Event]:
        match observation.what:
            case seen.DeploymentStarted() as what:
                return [self._started(what, observation.world)]
            case seen.CanarySample() as what if rollout := self._open(what.deployment):
                return [self._sample(what, rollout, observation.world)]
            case seen.LifecycleEvent() as what if what.name == _MOVES and what.status == "InProgress":
                self._begin_to_move(what.deployment)
            case seen.AlarmChanged() as what:
                return self._alarm(what, observation.world)
            case seen.LifecycleEvent() as what if what.name in _HOOKS and what.status in _DECIDED:
                return [HookFinished(self._stage, what.deployment, what.name, what.status, what.detail)]
            case seen.FunctionError() as what:
                self.errors.append(f"{what.function} version {what.version}: {what.line}")
            case seen.DeploymentFinished() as what if rollout := self._open(what.deployment):
                return [self._finished(what, rollout, observation.world)]
            case seen.ObservationsDropped() as what:
                return [Noted(f"{self._stage}: {what.count} observations of the world were lost; counts are too low")]
        return []

    def _open(self, deployment: str) -> Rollout | None:
        rollout = self.rollouts.get(deployment)
        return rollout if rollout is not None and rollout.finished is None else None

    def _begin_to_move(self, deployment: str) -> None:
        rollout = self._open(deployment)
        if rollout is not None:
            rollout.moving = rollout.shifts

    def _started(self, what: seen.DeploymentStarted, world: float) -> RolloutStarted:
        limits = self._limits(what.alarms)
        alarms = {name: limits.get(name, WatchedAlarm(name, 0.0)) for name in what.alarms}
        self.rollouts[what.deployment] = Rollout(
            deployment=what.deployment,
            function=what.function,
            to_version=what.to_version,
            config=what.configuration,
            began=world,
            alarms=alarms,
        )
        return RolloutStarted(
            stage=self._stage,
            deployment=what.deployment,
            function=what.function,
            alias=what.alias,
            from_version=what.from_version,
            to_version=what.to_version,
            config=what.configuration,
            alarms=tuple(alarms.values()),
        )

    def _sample(self, what: seen.CanarySample, rollout: Rollout, world: float) -> RolloutSample:
        rollout.requests += what.new.requests
        rollout.failed += what.new.failed
        for operation, count in what.failures.items():
            rollout.failures[operation] = rollout.failures.get(operation, 0) + count
        return RolloutSample(
            stage=self._stage,
            deployment=what.deployment,
            world_seconds=_seconds(rollout, world),
            weight=round(what.weight * 100, 3),
            requests_new=what.new.requests,
            failed_new=what.new.failed,
            requests_old=what.old.requests,
            failed_old=what.old.failed,
            p99_new_ms=what.new.p99_ms,
            measured=dict(what.measured),
        )

    def _alarm(self, what: seen.AlarmChanged, world: float) -> list[Event]:
        """The change, for every open deployment that watches this alarm."""
        told: list[Event] = []
        for rollout in self.rollouts.values():
            if rollout.finished is None and what.alarm in rollout.alarms:
                watched = rollout.alarms[what.alarm]
                changed = AlarmChanged(
                    stage=self._stage,
                    deployment=rollout.deployment,
                    alarm=what.alarm,
                    state=what.new,
                    measured=what.measured,
                    limit=watched.limit if what.limit is None else what.limit,
                    unit=what.unit or watched.unit,
                    reason=what.reason,
                    world_seconds=_seconds(rollout, world),
                )
                if what.new == "ALARM" and rollout.fired is None:
                    rollout.fired = changed
                told.append(changed)
        return told

    def _finished(self, what: seen.DeploymentFinished, rollout: Rollout, world: float) -> RolloutFinished:
        rollout.finished = RolloutFinished(
            stage=self._stage,
            deployment=what.deployment,
            status=what.status,
            rolled_back=what.rolled_back,
            reason=what.reason,
            requests=rollout.requests,
            failed=rollout.failed,
            world_seconds=_seconds(rollout, world),
            failures_by_operation=dict(rollout.failures),
        )
        return rollout.finished


def _seconds(rollout: Rollout, world: float) -> float:
    return round(world - rollout.began, 3)


def why_rolled_back(rollouts: Iterable[Rollout]) -> str:
    """One sentence about what was rolled back and why, with measured value and limit; empty if nothing was.

    Of several, the one that failed by itself speaks: CloudFormation stops the others because of it.
    """
    ended = [rollout for rollout in rollouts if rollout.finished and rollout.finished.status != "Succeeded"]
    if not ended:
        return ""
    first = min(ended, key=_rank)
    counts = f"{first.failed:,} of {plural(first.requests, 'request')} to version {first.to_version} failed"
    return f"{first.function} was rolled back: {_cause(first)}; {counts}"


def _rank(rollout: Rollout) -> tuple[bool, bool]:
    """An alarm first, then any other failure, then what was only stopped."""
    stopped = rollout.finished is not None and rollout.finished.status == "Stopped"
    return stopped, rollout.fired is None


def _cause(rollout: Rollout) -> str:
    fired = rollout.fired
    if fired is None:
        return rollout.finished.reason if rollout.finished and rollout.finished.reason else "no reason was given"
    measured = "something" if fired.measured is None else f"{fired.measured:.4g}{_unit(fired.unit)}"
    return f"alarm {fired.alarm} measured {measured}, limit {fired.limit:.4g}{_unit(fired.unit)}"


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""
