"""What the world tells of a stage's deployments, turned into the run's events.

Pure: observations in, events out.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from pipeline.record.events import (
    AlarmChanged,
    Event,
    HookFinished,
    HookSaid,
    Noted,
    RolloutFinished,
    RolloutSample,
    RolloutStarted,
    WatchedAlarm,
    WeightShifted,
)
from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.runners.cloudformation.rollout import Rollout
from pipeline.rehearsal.runners.error_line import told_in_short
from pipeline.rehearsal.world import observation as seen
from pipeline.rehearsal.world.observation import Observation

_MOVES = "AllowTraffic"
_HOOKS = ("BeforeAllowTraffic", "AfterAllowTraffic")
_DECIDED = ("Succeeded", "Failed")

type AlarmLimits = Callable[[Sequence[str]], Mapping[str, WatchedAlarm]]


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
            case seen.WeightsSet(deployment=str(deployment)) as what if rollout := self._open(deployment):
                return [self._shifted(what, rollout, observation.world)]
            case seen.LifecycleEvent() as what if what.name == _MOVES and what.status == "InProgress":
                self._begin_to_move(what.deployment)
            case seen.AlarmChanged() as what:
                return self._alarm(what, observation.world)
            case seen.LifecycleEvent() as what if what.name in _HOOKS and what.status in _DECIDED:
                return [HookFinished(self._stage, what.deployment, what.name, what.status, what.detail)]
            case seen.HookAnswered() as what if (said := _for_people(what.answer)) and what.deployment in self.rollouts:
                return [HookSaid(self._stage, what.deployment, what.name, *said)]
            case seen.FunctionError() as what:
                self._erred(what)
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

    def _erred(self, what: seen.FunctionError) -> None:
        """For the log, and for the rollout of that very version."""
        self.errors.append(f"{what.function} version {what.version}: {what.line}")
        for rollout in self.rollouts.values():
            if rollout.finished is None and (rollout.function, rollout.to_version) == (what.function, what.version):
                rollout.note_error(told_in_short(what.line))

    def _shifted(self, what: seen.WeightsSet, rollout: Rollout, world: float) -> WeightShifted:
        rollout.weight = round(what.weights.get(rollout.to_version, 0.0) * 100, 3)
        return WeightShifted(self._stage, rollout.deployment, rollout.weight, _seconds(rollout, world))

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
                    weight=rollout.weight,
                    behind=dict(what.behind),
                    period_seconds=what.period_seconds,
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
            errors=tuple(rollout.errors),
        )
        return rollout.finished


def _seconds(rollout: Rollout, world: float) -> float:
    return round(world - rollout.began, 3)


def _for_people(answer: str) -> tuple[tuple[str, ...], str] | None:
    """The reasons and the evidence in what a hook returned; None if it returned neither, as most hooks do."""
    told = json.loads(answer)
    if not isinstance(told, dict):
        return None
    given, evidence = told.get("reasons"), told.get("evidence")
    reasons = tuple(each for each in given if isinstance(each, str)) if isinstance(given, list) else ()
    kept = evidence if isinstance(evidence, str) else ""
    return (reasons, kept) if reasons or kept else None
