"""A run, folded from its events: what every page is drawn from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pipeline.record.events import (
    ActionFinished,
    ActionProgress,
    ActionStarted,
    AlarmChanged,
    ApprovalAnswered,
    ApprovalAsked,
    ChangeSetPrepared,
    Entry,
    Event,
    FidelityNoted,
    HookFinished,
    HookSaid,
    LiveNow,
    Noted,
    PipelineRead,
    PlannedAction,
    RolloutFinished,
    RolloutSample,
    RolloutStarted,
    RunFinished,
    RunStarted,
    StackDeployed,
    StageFinished,
    StageStarted,
    WeightShifted,
)
from pipeline.record.verdict import Outcome, Verdict

type InRollout = RolloutSample | WeightShifted | AlarmChanged | HookFinished | HookSaid | RolloutFinished


@dataclass(frozen=True)
class ActionRun:
    """One action of one stage.

    `outcome` is None while it runs; `began` and `seconds` are None until it begins and ends.
    """

    name: str
    category: str
    provider: str
    run_order: int
    gate: str | None = None
    outcome: Outcome | None = None
    began: float | None = None
    seconds: float | None = None
    summary: str = ""
    reason: str = ""
    progress: str = ""
    last_lines: tuple[str, ...] = ()
    log: str | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class StageRun:
    """One stage and its actions, in the order of the pipeline."""

    name: str
    actions: tuple[ActionRun, ...] = ()
    outcome: Outcome | None = None
    began: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Timed[T]:
    """Something with the second of the run at which it was seen."""

    at: float
    what: T


@dataclass(frozen=True)
class RolloutRun:
    """One CodeDeploy deployment: its start, what was shifted, seen and decided, and its end (None while it runs)."""

    began: float
    started: RolloutStarted
    samples: tuple[Timed[RolloutSample], ...] = ()
    shifts: tuple[Timed[WeightShifted], ...] = ()
    alarms: tuple[Timed[AlarmChanged], ...] = ()
    hooks: tuple[Timed[HookFinished], ...] = ()
    said: tuple[Timed[HookSaid], ...] = ()
    finished: Timed[RolloutFinished] | None = None


@dataclass(frozen=True)
class ApprovalRun:
    """One question to a person and the answer, None while it is open."""

    asked: ApprovalAsked
    answered: ApprovalAnswered | None = None


class NotARun(Exception):
    """The events do not begin with RunStarted."""


@dataclass(frozen=True)
class Run:
    """All that happened, by subject. `entries` counts the events; `ended` is the second of the last one."""

    started: RunStarted
    pipeline: PipelineRead | None = None
    stages: tuple[StageRun, ...] = ()
    rollouts: tuple[RolloutRun, ...] = ()
    change_sets: tuple[ChangeSetPrepared, ...] = ()
    deployed: tuple[StackDeployed, ...] = ()
    approvals: tuple[ApprovalRun, ...] = ()
    live: Mapping[str, LiveNow] = field(default_factory=dict)
    fidelity: tuple[FidelityNoted, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    finished: RunFinished | None = None
    entries: int = 0
    ended: float = 0.0

    def see_again(self, stage: str, action: ActionRun) -> str:
        """The command that shows an action's verdict again, empty without one.

        A gate that asked what its stage had deployed can be asked again by the whole run only: the stage is gone.
        """
        if action.verdict is None:
            return ""
        return self.started.command if self.deploys(stage) else action.verdict.see_again

    def deploys(self, stage: str) -> bool:
        """Whether the pipeline's stage of this name deploys anything."""
        return any(a.provider == "CloudFormation" for each in self.stages if each.name == stage for a in each.actions)

    @property
    def gates(self) -> tuple[tuple[str, ActionRun], ...]:
        """Every action that asks a gate, with its stage's name."""
        return tuple((stage.name, action) for stage in self.stages for action in stage.actions if action.gate)


def fold(entries: Iterable[Entry]) -> Run:
    """The run that `entries` tell of; NotARun if they don't begin with its start.

    Unfinished runs fold as far as they got.
    """
    run: Run | None = None
    for entry in entries:
        if isinstance(entry.event, RunStarted):
            run = Run(entry.event)
        elif run is None:
            raise NotARun(f"the first event is {entry.event.kind}, not run-started")
        else:
            run = _after(run, entry.event, entry.at)
        run = replace(run, entries=run.entries + 1, ended=entry.at)
    if run is None:
        raise NotARun("there is no event at all")
    return _not_reached(run) if run.finished else run


def _after(run: Run, event: Event, at: float) -> Run:
    match event:
        case PipelineRead():
            planned = tuple(StageRun(s.name, tuple(map(_planned, s.actions))) for s in event.stages)
            names = {stage.name for stage in planned}
            return replace(run, pipeline=event, stages=(*(s for s in run.stages if s.name not in names), *planned))
        case StageStarted() | StageFinished() | ActionStarted() | ActionProgress() | ActionFinished():
            return _journey(run, event, at)
        case (
            RolloutStarted()
            | RolloutSample()
            | WeightShifted()
            | AlarmChanged()
            | HookFinished()
            | HookSaid()
            | RolloutFinished()
        ):
            return replace(run, rollouts=_rollouts(run.rollouts, event, at))
        case ChangeSetPrepared():
            return replace(run, change_sets=(*run.change_sets, event))
        case StackDeployed():
            return replace(run, deployed=(*run.deployed, event))
        case ApprovalAsked():
            return replace(run, approvals=(*run.approvals, ApprovalRun(event)))
        case ApprovalAnswered():
            return replace(run, approvals=tuple(_answered(each, event) for each in run.approvals))
        case LiveNow():
            return replace(run, live={**run.live, event.stage: event})
        case FidelityNoted():
            return replace(run, fidelity=(*run.fidelity, event))
        case Noted():
            if event.severe:
                return replace(run, warnings=(*run.warnings, event.text))
            return replace(run, notes=(*run.notes, event.text))
        case RunFinished():
            return replace(run, finished=event)
        case RunStarted():
            return replace(run, started=event)


def _planned(action: PlannedAction) -> ActionRun:
    return ActionRun(action.name, action.category, action.provider, action.run_order, action.gate)


def _journey(
    run: Run, event: StageStarted | StageFinished | ActionStarted | ActionProgress | ActionFinished, at: float
) -> Run:
    stages = run.stages
    if event.stage not in {stage.name for stage in stages}:
        extra = StageRun(event.stage)
        before_pipeline = sum(1 for stage in stages if stage.began is not None)
        stages = (*stages[:before_pipeline], extra, *stages[before_pipeline:])
    return replace(run, stages=tuple(_stage(s, event, at) if s.name == event.stage else s for s in stages))


def _stage(
    stage: StageRun, event: StageStarted | StageFinished | ActionStarted | ActionProgress | ActionFinished, at: float
) -> StageRun:
    if isinstance(event, StageStarted):
        return replace(stage, began=at)
    if isinstance(event, StageFinished):
        return replace(stage, outcome=event.outcome, seconds=event.seconds)
    actions = stage.actions
    if event.action not in {action.name for action in actions}:
        actions = (*actions, ActionRun(event.action, "", "", len(actions) + 1))
    return replace(stage, actions=tuple(_action(a, event, at) if a.name == event.action else a for a in actions))


def _action(action: ActionRun, event: ActionStarted | ActionProgress | ActionFinished, at: float) -> ActionRun:
    match event:
        case ActionStarted():
            return replace(action, began=at, log=event.log)
        case ActionProgress():
            return replace(action, progress=event.text)
        case ActionFinished():
            return replace(
                action,
                outcome=event.outcome,
                seconds=event.seconds,
                summary=event.summary,
                reason=event.reason,
                last_lines=event.last_lines,
                verdict=event.verdict,
                gate=event.verdict.gate if event.verdict else action.gate,
            )


def _rollouts(
    rollouts: tuple[RolloutRun, ...],
    event: RolloutStarted | InRollout,
    at: float,
) -> tuple[RolloutRun, ...]:
    if isinstance(event, RolloutStarted):
        return (*rollouts, RolloutRun(at, event))
    return tuple(
        _rollout(each, event, at)
        if (each.started.stage, each.started.deployment) == (event.stage, event.deployment)
        else each
        for each in rollouts
    )


def _rollout(rollout: RolloutRun, event: InRollout, at: float) -> RolloutRun:
    match event:
        case WeightShifted():
            return replace(rollout, shifts=(*rollout.shifts, Timed(at, event)))
        case RolloutSample():
            return replace(rollout, samples=(*rollout.samples, Timed(at, event)))
        case AlarmChanged():
            return replace(rollout, alarms=(*rollout.alarms, Timed(at, event)))
        case HookFinished():
            return replace(rollout, hooks=(*rollout.hooks, Timed(at, event)))
        case HookSaid():
            return replace(rollout, said=(*rollout.said, Timed(at, event)))
        case RolloutFinished():
            return replace(rollout, finished=Timed(at, event))


def _answered(approval: ApprovalRun, event: ApprovalAnswered) -> ApprovalRun:
    same = (approval.asked.stage, approval.asked.action) == (event.stage, event.action)
    return replace(approval, answered=event) if same and approval.answered is None else approval


def _not_reached(run: Run) -> Run:
    """A run that has ended has no open ends: what never began was not reached, what never ended was interrupted."""

    def settle[A: (ActionRun, StageRun)](it: A) -> A:
        if it.outcome is not None:
            return it
        return replace(it, outcome=Outcome.NOT_REACHED if it.began is None else Outcome.INTERRUPTED)

    stages = tuple(replace(settle(s), actions=tuple(settle(a) for a in s.actions)) for s in run.stages)
    return replace(run, stages=stages)
