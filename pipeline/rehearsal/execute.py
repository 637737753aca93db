"""Walks a pipeline from its first stage to its last, or to the first action that fails, and tells what happens.

Knows no AWS: what an action does is its runner's business. Stages run one after the other; within a stage the actions
of one run order run side by side, then those of the next. An action that fails ends its stage; later run orders and
later stages are not reached, and nothing is told of them: they stand in PipelineRead. "The change failed" (REFUSED) and
"we failed" (BROKE) are never turned into each other. Nor is what nobody could rehearse (UNREADABLE), such as a
buildspec with an unknown key that an earlier action made.
"""

import shutil
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.record.events import (
    DENIED,
    ActionFinished,
    ActionStarted,
    PipelineRead,
    PlannedAction,
    PlannedStage,
    StageFinished,
    StageStarted,
)
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.artifacts import ArtifactStore, Inputs
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Cancelled, Refused, Unreadable
from pipeline.rehearsal.ground import Ground, solid, standing_on
from pipeline.rehearsal.runners.base import ActionContext, ActionResult, Emit, Registry, telling_lines
from pipeline.rehearsal.schedule import promoted, substitute, waves
from pipeline.rehearsal.spec import Action, Pipeline, Stage

_TRACEBACK_FRAMES = 6
_WAKE_SECONDS = 0.2


@dataclass(frozen=True)
class Options:
    """How the walk goes.

    `workers` is how many actions run side by side at most. CodePipeline lets the other actions of a run order end when
    one fails, and so does the default; `stop_at_first_refusal` stops them instead, so that a person learns sooner.
    They are then told as interrupted, and those that had not begun are not reached. `first` names the actions that
    a person wants to hear of soonest: the others of their wave begin after them, as soon as one of the workers is free.
    """

    workers: int = 2
    stop_at_first_refusal: bool = False
    first: tuple[str, ...] = ()

    def in_turn(self, actions: tuple[Action, ...]) -> tuple[Action, ...]:
        """The actions of a wave in the order to begin in."""
        rank = {name: number for number, name in enumerate(self.first)}
        return tuple(sorted(actions, key=lambda action: rank.get(action.name, len(rank))))


@dataclass(frozen=True)
class Setting:
    """What an execution works with.

    `clock` gives monotonic seconds. `work` must exist and be empty; `logs` must exist and gets a log for each action.
    `environment` is what child processes may see. `artifacts` are there from the start, by name: folders.
    `before_stage` is called before each stage begins; what it raises ends the execution. `ground` says whether what all
    actions stand on is gone: then no failure is the change's. `denied` are sentences about what was denied so far: an
    action during which there is something new is refused with it.
    """

    runners: Registry
    emit: Emit
    cancel: Cancel
    clock: Callable[[], float]
    work: Path
    logs: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    execution_id: str = ""
    artifacts: Mapping[str, Path] = field(default_factory=dict)
    before_stage: Callable[[Stage], None] = lambda _: None
    ground: Ground = solid
    denied: Callable[[], Sequence[str]] = tuple


@dataclass(frozen=True)
class Ended:
    """How an execution ended. `stage` and `action` name what failed first, and `result` is that action's.

    `results` are those of every action that ended, by stage and action.
    """

    outcome: Outcome
    stage: str | None = None
    action: str | None = None
    result: ActionResult | None = None
    results: Mapping[tuple[str, str], ActionResult] = field(default_factory=dict)


DEFAULTS = Options()


def execute(pipeline: Pipeline, setting: Setting, options: Options = DEFAULTS) -> Ended:
    """Run `pipeline`, which `read.codepipeline` has checked; an empty `Ended` is never a pass.

    Raises only what makes it impossible to go on telling: an `emit` that fails, a full disk under `work`.
    """
    return _Execution(pipeline, setting, options).run()


def pipeline_read(pipeline: Pipeline) -> PipelineRead:
    """The event that tells what the synthesized pipeline is."""
    return PipelineRead(
        pipeline=pipeline.name,
        template=pipeline.template.name,
        digest=pipeline.digest,
        pipeline_type=pipeline.type,
        execution_mode=pipeline.execution_mode,
        stages=tuple(
            PlannedStage(stage.name, tuple(_planned(action) for action in stage.actions)) for stage in pipeline.stages
        ),
    )


def _planned(action: Action) -> PlannedAction:
    return PlannedAction(action.name, action.category, action.provider, action.run_order, action.gate)


class _Execution:
    """One walk. What an action hands on is read by later waves only: the schedule saw to that."""

    def __init__(self, pipeline: Pipeline, setting: Setting, options: Options) -> None:
        self._pipeline = pipeline
        self._setting = setting
        self._options = options
        self._results: dict[tuple[str, str], ActionResult] = {}
        self._variables: dict[str, Mapping[str, str]] = {
            "codepipeline": {"PipelineExecutionId": setting.execution_id},
            "variables": dict(pipeline.variables),
        }
        kept = setting.work / "artifacts"
        kept.mkdir()
        self._store = ArtifactStore(kept)
        for name, tree in setting.artifacts.items():
            self._store.keep(name, tree)

    def run(self) -> Ended:
        for stage in self._pipeline.stages:
            if self._setting.cancel.is_set():
                return Ended(Outcome.INTERRUPTED, results=self._results)
            self._setting.before_stage(stage)
            outcome = self._stage(stage)
            if outcome is not Outcome.PASSED:
                return self._failed(stage, outcome)
        return Ended(Outcome.PASSED, results=self._results)

    def _failed(self, stage: Stage, outcome: Outcome) -> Ended:
        for (name, action), result in self._results.items():
            if name == stage.name and result.outcome is outcome:
                return Ended(outcome, name, action, result, self._results)
        return Ended(outcome, stage.name, results=self._results)

    def _stage(self, stage: Stage) -> Outcome:
        began = self._setting.clock()
        self._setting.emit(StageStarted(stage.name))
        outcome = Outcome.PASSED
        for wave in waves(stage):
            outcome = self._wave(stage, wave.actions)
            if outcome is not Outcome.PASSED:
                break
        self._setting.emit(StageFinished(stage.name, outcome, self._since(began)))
        return outcome

    def _wave(self, stage: Stage, actions: tuple[Action, ...]) -> Outcome:
        cancel = self._setting.cancel.child()
        with ThreadPoolExecutor(self._options.workers, thread_name_prefix=stage.name) as pool:
            try:
                in_turn = self._options.in_turn(actions)
                running = [pool.submit(self._action, stage, action, cancel) for action in in_turn]
                # In short waits: a signal that another thread received is only handled when this one wakes.
                while wait(running, _WAKE_SECONDS).not_done:
                    pass
                ended = [future.result() for future in running]
            except BaseException:
                cancel.cancel("the rehearsal itself stopped")
                raise
        return self._worst(ended)

    def _worst(self, ended: Iterable[Outcome | None]) -> Outcome:
        """A wave's outcome; an interruption counts as the person's only if a person asked for it."""
        found = set(ended)
        if Outcome.BROKE in found:
            return Outcome.BROKE
        if self._setting.cancel.is_set() and found != {Outcome.PASSED}:
            return Outcome.INTERRUPTED
        for outcome in (Outcome.REFUSED, Outcome.UNREADABLE):
            if outcome in found:
                return outcome
        return Outcome.PASSED if found == {Outcome.PASSED} else Outcome.INTERRUPTED

    def _action(self, stage: Stage, action: Action, cancel: Cancel) -> Outcome | None:
        """Run one action and tell of it; None if it never began."""
        if cancel.is_set():
            return None
        began = self._setting.clock()
        log = self._setting.logs / f"{stage.name}.{action.name}.log"
        log.touch()
        self._setting.emit(ActionStarted(stage.name, action.name, f"{log.parent.name}/{log.name}"))
        folder = self._setting.work / f"{stage.name}.{action.name}"
        result = self._judged(stage, action, cancel, log, folder)
        self._results[stage.name, action.name] = result
        self._setting.emit(_finished(stage, action, result, self._since(began)))
        if result.outcome is Outcome.PASSED:
            shutil.rmtree(folder, ignore_errors=True)
        elif self._options.stop_at_first_refusal:
            word = "broke" if result.outcome is Outcome.BROKE else f"was {result.outcome}"
            cancel.cancel(f"stopped because {action.name} {word}")
        return result.outcome

    def _judged(self, stage: Stage, action: Action, cancel: Cancel, log: Path, folder: Path) -> ActionResult:
        """The runner's result, or what its exception says."""
        before = frozenset(self._setting.denied())
        try:
            with standing_on(self._setting.ground):
                result = self._run(stage, action, cancel, log, folder)
            if result.outcome is not Outcome.PASSED:
                self._setting.ground()  # a gate that could not ask may call that a refusal
            return self._with_denials(result, before)
        except Cancelled as stopped:
            return _failure(Outcome.INTERRUPTED, str(stopped), log)
        except Refused as refused:
            return _failure(Outcome.REFUSED, str(refused), log)
        except Unreadable as unreadable:
            return _failure(Outcome.UNREADABLE, str(unreadable), log)
        except Exception as problem:
            _explain(problem, log)
            if cancel.is_set():
                # What was torn down under a stopping action may fail in any way: the reason is the stop.
                return _failure(Outcome.INTERRUPTED, cancel.reason, log)
            named = str(problem) if isinstance(problem, Broke) else f"{type(problem).__name__}: {problem}"
            return _failure(Outcome.BROKE, named, log)

    def _with_denials(self, result: ActionResult, before: frozenset[str]) -> ActionResult:
        """The result with what was denied meanwhile; then it has not passed, though nobody outside may have noticed.

        A worker that may not send a letter tells its log and its dead letters, and no caller.
        """
        denied = [f"{DENIED}{each}" for each in self._setting.denied() if each not in before]
        if not denied:
            return result
        why = result.reason or result.summary
        if result.outcome is Outcome.PASSED:
            why = f"{why or 'it passed'}, and yet a role was denied what it asked for"
            result = replace(result, outcome=Outcome.REFUSED)
        return replace(result, reason="\n".join(filter(None, (why, *denied))))

    def _run(self, stage: Stage, action: Action, cancel: Cancel, log: Path, folder: Path) -> ActionResult:
        context = self._context(stage, action, cancel, log, folder)
        result = self._setting.runners.runner_for(action).run(action, context)
        if result.outcome is not Outcome.PASSED:
            return result if result.last_lines else replace(result, last_lines=telling_lines(log))
        if action.gate is not None and result.verdict is None:
            raise Broke(f"the gate {action.gate} left no verdict, and a gate without a verdict has proved nothing")
        for name in action.outputs:
            self._store.keep(name, result.outputs.get(name, context.outputs[name]))
        if action.namespace is not None:
            self._variables[action.namespace] = dict(result.variables)
        return result

    def _context(self, stage: Stage, action: Action, cancel: Cancel, log: Path, folder: Path) -> ActionContext:
        outputs = {name: folder / "outputs" / name for name in action.outputs}
        for path in (folder / "work", *outputs.values()):
            path.mkdir(parents=True)
        return ActionContext(
            stage=stage.name,
            action=action.name,
            inputs=Inputs(self._store, action.inputs, folder / "inputs"),
            outputs=outputs,
            work=folder / "work",
            log=log,
            configuration={key: self._substituted(text) for key, text in action.configuration.items()},
            variables=dict(self._variables),
            environment=self._setting.environment,
            emit=self._setting.emit,
            cancel=cancel,
            execution_id=self._setting.execution_id,
            promotes=self._promotes(stage),
        )

    def _substituted(self, text: str) -> str:
        try:
            return substitute(text, self._variables)
        except KeyError as missing:
            raise Refused(
                f"the variable {missing.args[0]} has no value: add the output to the stack, "
                "or the name to the build's exported-variables"
            ) from missing

    def _promotes(self, stage: Stage) -> dict[str, str]:
        digests = self._store.digests
        return {name: digests[name] for name in promoted(self._pipeline, stage) if name in digests}

    def _since(self, began: float) -> float:
        return round(self._setting.clock() - began, 3)


def _finished(stage: Stage, action: Action, result: ActionResult, seconds: float) -> ActionFinished:
    return ActionFinished(
        stage=stage.name,
        action=action.name,
        outcome=result.outcome,
        seconds=seconds,
        summary=result.summary,
        reason=result.reason,
        last_lines=result.last_lines,
        verdict=result.verdict,
    )


def _failure(outcome: Outcome, reason: str, log: Path) -> ActionResult:
    return ActionResult(outcome=outcome, reason=reason, last_lines=telling_lines(log))


def _explain(problem: Exception, log: Path) -> None:
    """Put the end of the traceback into the log: enough to find the place, not enough to drown it.

    A Broke that nothing else led to is understood without one.
    """
    lines = [f"{problem}\n"]
    if not isinstance(problem, Broke) or problem.__context__ is not None:
        lines = traceback.format_exception(problem, limit=-_TRACEBACK_FRAMES)
    with log.open("a", encoding="utf-8", errors="replace") as file:
        file.write("".join(lines))
